import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TestNetwork } from '#local/whatsapp/test-network.ts'
import { ping } from './client-signals.ts'

let net: TestNetwork

beforeAll(async () => {
  net = await TestNetwork.start()
})

afterEach(() => net.reset())
afterAll(async () => net.close())

test('every answer to a ping is a sign of life, an error too; silence and a closed connection are none', async () => {
  const { client, number } = await net.link('Ada')
  expect(await ping(client.socket, 2000)).toBe(true)
  net.network.faults.set({ kind: 'iq-error', phone: number, xmlns: 'w:p', code: 503, count: 1 })
  expect(await ping(client.socket, 2000)).toBe(true)
  net.network.faults.set({ kind: 'iq-withhold', phone: number, xmlns: 'w:p', count: 1 })
  expect(await ping(client.socket, 200)).toBe(false)
  client.close()
  expect(await ping(client.socket, 2000)).toBe(false)
})
