import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { pairedDevice, untilLoggedIn } from '#test/harness/device.ts'
import { call } from '#test/harness/http.ts'
import { createPhone, freshNumber, phoneDriver } from '#test/harness/phone.ts'
import { startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'

let dir: string
let stack: LocalStack

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'switchboard-'))
  stack = await startStack({ dir })
}, 90_000)

afterAll(async () => {
  await stack?.stop()
  await rm(dir, { recursive: true, force: true })
}, 60_000)

test('after a restart of the whole stack the paired device reconnects by itself and what waited is delivered', async () => {
  const receiver = await startReceiver()
  const device = await pairedDevice(stack, { webhook: `${receiver.url}/restart`, events: 'All' })
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const first = await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'before the restart' })
  expect(first.status, first.text).toBe(200)

  // The sink goes down with an event on its way to it: the event must come after the restart.
  const port = Number(new URL(receiver.url).port)
  await receiver.close()
  await customer.send(device.phone.phone, { text: 'while the sink was down' })
  await waitFor('the message to be stored', async () =>
    (await device.phone.messages()).some((message) => message.text === 'while the sink was down'),
  )

  await stack.stop()
  const back = await startReceiver(port)
  stack = await startStack({ dir })
  const again = { ...device, phone: phoneDriver(stack.sandboxUrl, device.phone.phone) }
  const api: typeof device.api = (method, path, body) =>
    call(method, `${stack.url}${path}`, { headers: { token: device.token }, body })
  await untilLoggedIn({ ...again, api })
  const second = await api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'after the restart' })
  expect(second.status, second.text).toBe(200)
  const phone = phoneDriver(stack.sandboxUrl, customer.phone)
  await phone.hasText('before the restart')
  await phone.hasText('after the restart')
  await waitFor(
    'the delivery that waited',
    () => back.received.some((request) => request.raw.includes('while the sink was down')),
    {
      timeoutMs: 60_000,
    },
  )
  await back.close()
}, 240_000)
