import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Distribution } from './distribution.ts'
import { type AnswerSink, type OriginRequest, readBody } from './messages.ts'

/** The port is taken by another program. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
}

/** The public server of the stack. It listens first, so that its address is known before anything is built with it. */
export class Front {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #log: (line: string) => void
  #distribution: Distribution | undefined

  constructor(log: (line: string) => void) {
    this.#log = log
    // A client may hold a connection as long as it likes: sockets and streams live for hours.
    this.#server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 })
    this.#server.on('request', (message, response) => void this.#onRequest(message, response))
    this.#server.on('upgrade', (message, socket, head) => void this.#onUpgrade(message, socket, head))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Listens on a port (0 for a free one) of every local address; gives the port. Rejects with PortInUseError. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(`port ${port} is in use`) : error)
      })
      this.#server.listen(port, () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  /** Starts answering; before that every request waits with 503. */
  serve(distribution: Distribution): void {
    this.#distribution = distribution
  }

  /** Takes no more connections; those still open after the grace period are cut. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, graceMs)
    await closed
    clearTimeout(timer)
  }

  async #onRequest(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const sink = answerSink(message, response)
    try {
      if (this.#distribution === undefined) {
        sink.head(503, { 'retry-after': '1' })
        sink.end()
        return
      }
      await this.#distribution.handle(requestOf(message), sink)
    } catch (error) {
      this.#log(`front: ${message.method} ${message.url?.split('?')[0]}: ${String(error)}`)
      if (!response.headersSent) response.writeHead(502)
      response.end()
    }
  }

  async #onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {})
    try {
      if (this.#distribution === undefined) socket.destroy()
      else await this.#distribution.upgrade(requestOf(message), message, socket, head)
    } catch (error) {
      this.#log(`front: upgrade ${message.url?.split('?')[0]}: ${String(error)}`)
      socket.destroy()
    }
  }
}

function requestOf(message: IncomingMessage): OriginRequest {
  const url = message.url ?? '/'
  const mark = url.indexOf('?')
  const sourceIp = (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(',')
  }
  const through = headers['x-forwarded-for']
  headers['x-forwarded-for'] = through === undefined ? sourceIp : `${through}, ${sourceIp}`
  headers['x-forwarded-proto'] = 'http'
  headers['x-forwarded-port'] = String(message.socket.localPort ?? '')
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers,
    sourceIp,
    body: (limitBytes) => readBody(message, limitBytes),
  }
}

function answerSink(message: IncomingMessage, response: ServerResponse): AnswerSink {
  return {
    head: (status, headers) => {
      // What is left of a body that was refused would be taken for the next request.
      if (!message.complete && status >= 400) headers.connection = 'close'
      response.writeHead(status, headers)
      if (headers['content-length'] === undefined) response.flushHeaders()
    },
    write: (chunk) => {
      if (response.write(chunk) || response.destroyed) return undefined
      return new Promise((resolve) => {
        const go = (): void => {
          response.off('drain', go).off('close', go)
          resolve()
        }
        response.on('drain', go).on('close', go)
      })
    },
    end: () => void passBy(message).then(() => response.end()),
    cut: () => response.destroy(),
    onAbort: (callback) => {
      response.once('close', () => {
        if (!response.writableFinished) callback()
      })
    },
  }
}

/** How much of a body that nobody reads is taken from a client, and for how long. */
const PASS_BYTES = 64 * 1024 * 1024
const PASS_MS = 10_000

/**
 * Takes the rest of a body that was refused and drops it: many clients send theirs to the end before they look at the answer,
 * and would find a cut connection in its place.
 */
async function passBy(message: IncomingMessage): Promise<void> {
  if (message.complete || message.destroyed) return
  await new Promise<void>((resolve) => {
    let left = PASS_BYTES
    const timer = setTimeout(resolve, PASS_MS)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    message.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) done()
    })
    message.once('end', done)
    message.once('close', done)
    message.resume()
  })
}
