import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The health page: `GET /health` answers 200 with facts while the runner works, 503 while it starts, drains or has failed. */
export const startHealth = async (
  port: number,
  facts: () => { healthy: boolean } & Record<string, unknown>,
): Promise<{ port: number; close: () => Promise<void> }> => {
  const server: Server = createServer((request, response) => {
    if (request.url !== '/health') return void response.writeHead(404).end()
    const { healthy, ...body } = facts()
    response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
