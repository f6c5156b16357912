import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIPv4, isIPv6, type Socket, connect as tcpConnect } from 'node:net'
import type { ProxyAddress } from '#kit/proxy-url.ts'
import { guardedLookup, privateTargetsAllowed } from '#kit/safe-fetch.ts'

/** A host and port to reach. */
export type Target = { host: string; port: number }

/** Opens a plain TCP connection to a target. */
export type Dial = (target: Target) => Promise<Socket>

/** A connection that a proxy did not make; the message says why, without address or password. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure'
}

const DIAL_MS = 15_000

/** Connects directly. */
export const dialDirectly: Dial = (target) =>
  new Promise((resolve, reject) => {
    const socket = tcpConnect(target)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })

/** Connects through a proxy; the proxy resolves the target's name. Private addresses of proxies are refused unless allowed. */
export const dialThrough =
  (proxy: ProxyAddress): Dial =>
  (target) =>
    proxy.kind === 'socks5' ? socksTunnel(proxy, target) : httpTunnel(proxy, target)

const lookup = () => (privateTargetsAllowed() ? undefined : guardedLookup)

const reasonOf = (error: unknown): string => String((error as { code?: string }).code ?? 'no connection')

/** RFC 9110, 9.3.6: CONNECT to an HTTP proxy, over TLS where its URL says https. */
const httpTunnel = (proxy: ProxyAddress, { host, port }: Target): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`
    const credentials = Buffer.from(`${proxy.username ?? ''}:${proxy.password ?? ''}`).toString('base64')
    const send = proxy.kind === 'https' ? httpsRequest : httpRequest
    const request = send({
      method: 'CONNECT',
      host: proxy.host,
      port: proxy.port,
      path: authority,
      agent: false,
      timeout: DIAL_MS,
      lookup: lookup(),
      headers: { host: authority, ...(proxy.username && { 'proxy-authorization': `Basic ${credentials}` }) },
    })
    request.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy()
        return reject(new ProxyFailure(`the proxy answered ${answer.statusCode}`))
      }
      if (head.length > 0) socket.unshift(head)
      resolve(socket as Socket)
    })
    // Some proxies refuse with an ordinary answer.
    request.once('response', (answer) => {
      answer.destroy()
      reject(new ProxyFailure(`the proxy answered ${answer.statusCode}`))
    })
    request.once('timeout', () => request.destroy(new ProxyFailure('the proxy did not answer in time')))
    request.once('error', (error) => {
      reject(
        error instanceof ProxyFailure ? error : new ProxyFailure(`the proxy cannot be reached: ${reasonOf(error)}`),
      )
    })
    request.end()
  })

const NO_AUTH = 0
const PASSWORD_AUTH = 2
const REPLIES = [
  'succeeded',
  'general failure',
  'not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
]

/** RFC 1928 with RFC 1929: SOCKS version 5, without or with user name and password. */
const socksTunnel = async (proxy: ProxyAddress, target: Target): Promise<Socket> => {
  const socket = tcpConnect({ host: proxy.host, port: proxy.port, lookup: lookup() })
  const timer = setTimeout(() => socket.destroy(new ProxyFailure('the proxy did not answer in time')), DIAL_MS)
  try {
    await settled(socket, 'connect')
    const methods = proxy.username ? [NO_AUTH, PASSWORD_AUTH] : [NO_AUTH]
    socket.write(Buffer.from([5, methods.length, ...methods]))
    const [, method] = await take(socket, 2)
    if (method === PASSWORD_AUTH) await logIn(socket, proxy)
    else if (method !== NO_AUTH) throw new ProxyFailure('the proxy wants another login')
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), addressOf(target)]))
    const [, reply = 1, , kind] = await take(socket, 4)
    if (reply !== 0) throw new ProxyFailure(`the proxy did not connect: ${REPLIES[reply] ?? reply}`)
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await take(socket, 1))[0] ?? 0)
    await take(socket, length + 2)
    return socket
  } catch (error) {
    socket.destroy()
    if (error instanceof ProxyFailure) throw error
    throw new ProxyFailure(`the proxy cannot be reached: ${reasonOf(error)}`)
  } finally {
    clearTimeout(timer)
  }
}

const logIn = async (socket: Socket, { username = '', password = '' }: ProxyAddress): Promise<void> => {
  const part = (text: string): Buffer => {
    const bytes = Buffer.from(text).subarray(0, 255)
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  }
  socket.write(Buffer.concat([Buffer.from([1]), part(username), part(password)]))
  const [, status] = await take(socket, 2)
  if (status !== 0) throw new ProxyFailure('the proxy refused user name or password')
}

const addressOf = ({ host, port }: Target): Buffer => {
  const end = Buffer.from([port >> 8, port & 255])
  if (isIPv4(host)) return Buffer.concat([Buffer.from([1, ...host.split('.').map(Number)]), end])
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([3, name.length]), name, end])
}

const settled = (socket: Socket, event: 'connect' | 'readable'): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      socket.off(event, onEvent).off('error', done).off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onEvent = (): void => done()
    const onClose = (): void => done(new ProxyFailure('the proxy ended the connection'))
    socket.on(event, onEvent).on('error', done).on('close', onClose)
  })

/** Exactly so many bytes; what comes behind them stays in the socket. */
const take = async (socket: Socket, length: number): Promise<Buffer> => {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null
    if (bytes) return bytes
    await settled(socket, 'readable')
  }
}
