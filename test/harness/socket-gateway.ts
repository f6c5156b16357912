import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** API Gateway's management API as far as closing goes: keeps which connections it was asked to close. */
export type SocketGateway = { closed: string[]; close: () => void }

/**
 * Starts one and names it to functions in `SOCKET_ENDPOINT`. A connection whose id begins with `gone` is not there any more.
 * Empty `closed` before each test.
 */
export const startSocketGateway = async (): Promise<SocketGateway> => {
  const closed: string[] = []
  const server = createServer((request, response) => {
    const connectionId = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    if (request.method === 'DELETE') closed.push(connectionId)
    request.resume()
    request.on('end', () => response.writeHead(connectionId.startsWith('gone') ? 410 : 204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env.SOCKET_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`
  return { closed, close: () => void server.close() }
}
