import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request a webhook receiver got. `atMs` is the wall clock when its head arrived. */
type Received = { path: string; headers: IncomingHttpHeaders; body: unknown; raw: string; atMs: number }

/** A webhook target on loopback that keeps what it gets and can be told to fail. */
export type Receiver = {
  url: string
  received: Received[]
  /** Status answered from now on; 200 at first. */
  answerWith: (status: number) => void
  close: () => Promise<void>
}

/** Starts a receiver on a free port (or a given one, so that a sink can come back where it was). */
export const startReceiver = async (port = 0): Promise<Receiver> => {
  const received: Received[] = []
  let status = 200
  const server = createServer((request, response) => {
    const atMs = performance.timeOrigin + performance.now()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString()
      let body: unknown
      try {
        body = JSON.parse(raw)
      } catch {
        body = undefined
      }
      received.push({ path: request.url ?? '/', headers: request.headers, body, raw, atMs })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith: (next) => {
      status = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
