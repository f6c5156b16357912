import { once } from 'node:events'
import { createServer as httpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket, connect as tcpConnect } from 'node:net'
import type { Duplex } from 'node:stream'

/** A proxy of a test: where it listens, and the targets (`host:port`) that it was asked for. */
export type TestProxy = { url: string; targets: string[]; open: () => number; close: () => Promise<void> }

type Login = { username: string; password: string }

const started = async (
  server: Server,
  kind: string,
  login: Login | undefined,
  make: (tunnel: Tunnel) => void,
): Promise<TestProxy> => {
  const targets: string[] = []
  const sockets = new Set<Duplex>()
  const tunnel: Tunnel = (client, host, port, ready) => {
    targets.push(`${host}:${port}`)
    const upstream = tcpConnect(port, host, () => {
      ready()
      client.pipe(upstream).pipe(client)
    })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  }
  make(tunnel)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const user = login ? `${encodeURIComponent(login.username)}:${encodeURIComponent(login.password)}@` : ''
  return {
    url: `${kind}://${user}127.0.0.1:${port}`,
    targets,
    open: () => sockets.size / 2,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type Tunnel = (client: Duplex, host: string, port: number, ready: () => void) => void

/** An HTTP proxy that knows CONNECT only. */
export const connectProxy = (login?: Login): Promise<TestProxy> => {
  const server = httpServer()
  return started(server, 'http', login, (tunnel) => {
    server.on('connect', (request, client: Duplex) => {
      const wanted = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
      if (wanted && request.headers['proxy-authorization'] !== wanted) {
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
        return
      }
      const [host = '', port = ''] = (request.url ?? '').split(':')
      tunnel(client, host, Number(port), () => client.write('HTTP/1.1 200 Connection Established\r\n\r\n'))
    })
  })
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929). */
export const socksProxy = (login?: Login): Promise<TestProxy> => {
  const server = createServer()
  return started(server, 'socks5', login, (tunnel) => {
    server.on('connection', (client) => void socks(client, login, tunnel).catch(() => client.destroy()))
  })
}

const chunk = async (client: Socket): Promise<Buffer> => {
  const [bytes] = (await once(client, 'data')) as [Buffer]
  return bytes
}

const socks = async (client: Socket, login: Login | undefined, tunnel: Tunnel): Promise<void> => {
  await chunk(client)
  client.write(Buffer.from([5, login ? 2 : 0]))
  if (login) {
    const bytes = await chunk(client)
    const nameEnd = 2 + (bytes[1] ?? 0)
    const username = bytes.subarray(2, nameEnd).toString()
    const password = bytes.subarray(nameEnd + 1).toString()
    const isRight = username === login.username && password === login.password
    client.write(Buffer.from([1, isRight ? 0 : 1]))
    if (!isRight) return void client.end()
  }
  const request = await chunk(client)
  client.pause()
  const end = request.length - 2
  const host = request[3] === 1 ? [...request.subarray(4, end)].join('.') : request.subarray(5, end).toString()
  tunnel(client, host, request.readUInt16BE(end), () => client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])))
}
