import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers a request; false leaves it to the next handler. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** A server that asks its handlers in turn. */
export function httpServer(handlers: HttpHandler[]): Server {
  return createServer((request, response) => {
    const run = async () => {
      for (const handler of handlers) if (await handler(request, response)) return
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'not_found', message: 'No such path.' } }))
    }
    run().catch(() => {
      // Only a broken connection or a body beyond the limit ends here; the handlers answer what they can.
      if (response.headersSent) response.destroy()
      else response.writeHead(400).end()
    })
  })
}

/** Starts listening; gives the port. Rejects when it is taken. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** Ends all connections and stops listening. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}

/** Listens on the port of an earlier run, so that addresses given out then stay good; on a free one when that is taken. */
export async function listenAgain(server: Server, port: number | undefined, host: string): Promise<number> {
  if (port === undefined) return listen(server, 0, host)
  try {
    return await listen(server, port, host)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return listen(server, 0, host)
    throw error
  }
}
