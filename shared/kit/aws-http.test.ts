import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { undiciHttpHandler } from './aws-http.ts'

const servers: Server[] = []

const serve = async (listener: RequestListener) => {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { protocol: 'http:', hostname: '127.0.0.1', port, path: '/', method: 'POST', headers: {}, body: '{}' }
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

test('an answer in several pieces comes back whole, with its status and headers', async () => {
  const request = await serve((_request, response) => {
    response.writeHead(400, { 'x-amzn-requestid': 'one' })
    response.write('{"a":')
    setTimeout(() => response.end('1}'), 20)
  })
  const { response } = await undiciHttpHandler().handle(request)
  expect([response.statusCode, response.headers['x-amzn-requestid']]).toEqual([400, 'one'])
  expect(Buffer.from(response.body).toString()).toBe('{"a":1}')
})

test('a call that is given up ends at once, before and while it is answered', async () => {
  const arrived = Promise.withResolvers<void>()
  const request = await serve(() => arrived.resolve())
  const handler = undiciHttpHandler()
  await expect(handler.handle(request, { abortSignal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  const giveUp = new AbortController()
  const open = handler.handle(request, { abortSignal: giveUp.signal })
  await arrived.promise
  giveUp.abort()
  await expect(open).rejects.toMatchObject({ name: 'AbortError' })
})

test('a connection that breaks is one that the SDK tries again', async () => {
  const request = await serve((incoming) => incoming.socket.destroy())
  await expect(undiciHttpHandler().handle(request)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ECONNRESET' })
})
