import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { pairedDevice } from '#test/harness/device.ts'
import { at } from '#test/harness/http.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'

let stack: LocalStack
let receiver: Receiver

beforeAll(async () => {
  ;[stack, receiver] = await Promise.all([startStack({ runners: 1 }), startReceiver()])
}, 90_000)

afterAll(async () => {
  await stack?.stop()
  await receiver?.close()
}, 60_000)

const BURST = 100

test('kill -9 of the runner in a burst both ways: nothing is lost and nothing is doubled', async () => {
  const device = await pairedDevice(stack, { webhook: `${receiver.url}/crash`, events: 'Message' })
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const opening = await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'opening' })
  expect(opening.status, opening.text).toBe(200)

  const outbound = Array.from({ length: BURST }, (_, n) => `out-${n}`)
  const inbound = Array.from({ length: BURST }, (_, n) => `in-${n}`)
  // Callers do not wait here: what counts is what reaches the phone after the task came back.
  const sending = outbound.map((text) =>
    device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: text }, { prefer: 'respond-async' }),
  )
  const receiving = (async () => {
    for (const text of inbound) await customer.send(device.phone.phone, { text })
  })()
  await waitFor('the burst to be under way', async () =>
    (await customer.messages()).some((message) => message.text === 'out-3'),
  )
  await stack.kill.runner(0)

  const answers = await Promise.all(sending)
  expect(answers.map((answer) => answer.status).filter((status) => status >= 300)).toEqual([])
  await receiving

  const arrived = await waitFor(
    'all sends at the phone',
    async () => {
      const all = (await customer.messages()).filter((message) => message.text?.startsWith('out-'))
      return all.length >= BURST && all
    },
    { timeoutMs: 90_000 },
  )
  expect(arrived.map((message) => message.text).sort()).toEqual([...outbound].sort())
  expect(new Set(arrived.map((message) => message.id)).size).toBe(BURST)

  const texts = (): string[] =>
    receiver.received
      .filter((request) => request.path === '/crash')
      .map((request) => /"(in-\d+)"/.exec(request.raw)?.[1])
      .filter((text) => text !== undefined)
  await waitFor('all answers at the webhook', () => new Set(texts()).size === BURST, { timeoutMs: 90_000 })

  // Deliveries are at least once; a repeated one carries the same event id, so distinct ids must equal distinct messages.
  const ids = receiver.received
    .filter((request) => /"in-\d+"/.test(request.raw))
    .map((request) => String(request.headers['webhook-id']))
  expect(new Set(ids).size).toBe(BURST)
  expect(at((await device.api('GET', '/session/status')).body, 'data.connected')).toBe(true)
}, 240_000)
