import { once } from 'node:events'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { OWN_CERTIFICATE } from '../testing/own-certificate.ts'
import { sandboxTransport } from './media-transport.ts'

test('another network may have a certificate of its own for its WebSocket', async () => {
  const server = createServer(OWN_CERTIFICATE, (_request, response) => response.end('here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { socketAgent } = sandboxTransport(`wss://127.0.0.1:${port}/ws/chat`)
  const [response] = await once(get({ host: '127.0.0.1', port, agent: socketAgent }), 'response')
  expect((await response.toArray()).join('')).toBe('here')
  server.close()
})

test('a network without TLS is spoken to by the client itself', () => {
  expect(sandboxTransport('ws://127.0.0.1:1').socketAgent).toBeUndefined()
})
