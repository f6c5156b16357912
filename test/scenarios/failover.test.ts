import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { waitFor } from '#test/harness/wait.ts'

let stack: LocalStack

beforeAll(async () => {
  stack = await startStack({ runners: 2 })
}, 90_000)

afterAll(async () => {
  await stack?.stop()
}, 60_000)

const canSend = async (device: TestDevice, to: string, text: string): Promise<boolean> =>
  (await device.api('POST', '/chat/send/text', { Phone: to, Body: text })).status === 200

test('when one of two runners is killed its devices are online in the other within 60 s', async () => {
  const devices: TestDevice[] = []
  for (let n = 0; n < 4; n += 1) devices.push(await pairedDevice(stack))
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  for (const device of devices) expect(await canSend(device, customer.phone, `before ${device.id}`)).toBe(true)

  await stack.kill.runner(0)
  const killed = performance.now()
  await Promise.all(
    devices.map((device) =>
      waitFor(`device ${device.id} to send again`, () => canSend(device, customer.phone, `after ${device.id}`), {
        timeoutMs: 60_000,
        everyMs: 250,
      }),
    ),
  )
  console.log(`all devices sent again ${((performance.now() - killed) / 1000).toFixed(1)} s after the kill`)
  for (const device of devices) await customer.hasText(`after ${device.id}`)
}, 180_000)
