import type { TestDevice } from '#test/harness/device.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import type { Receiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import type { BenchStack } from '../lib/stack.ts'

const wallMs = (): number => performance.timeOrigin + performance.now()

const arrivals = (receiver: Receiver, mark: string): Map<string, number> => {
  const found = new Map<string, number>()
  for (const request of receiver.received) {
    const text = new RegExp(`${mark}-\\d+`).exec(request.raw)?.[0]
    if (text && !found.has(text)) found.set(text, request.atMs)
  }
  return found
}

/**
 * One message after another from a simulated phone: from the call that makes the phone send to the head of the webhook
 * request. It includes the phone's own encryption (about a millisecond), so it is an upper bound of frame to webhook.
 */
export const measureReceiveLatency = async (
  stack: BenchStack,
  device: TestDevice,
  receiver: Receiver,
  count: number,
): Promise<number[]> => {
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const samples: number[] = []
  for (let n = 0; n < count + 10; n += 1) {
    const mark = `single${customer.phone}`
    const from = wallMs()
    await customer.send(device.phone.phone, { text: `${mark}-${n}` })
    const arrived = await waitFor('the webhook', () => arrivals(receiver, mark).get(`${mark}-${n}`), { everyMs: 5 })
    if (n >= 10) samples.push(arrived - from)
  }
  return samples
}

/** A burst of messages from several phones to one process: messages per second until the last webhook request. */
export const measureReceiveRate = async (
  stack: BenchStack,
  devices: TestDevice[],
  receiver: Receiver,
  perDevice: number,
): Promise<number> => {
  const customers = await Promise.all(devices.map(() => createPhone(stack.sandboxUrl, freshNumber())))
  const total = devices.length * perDevice
  const mark = `burst${process.pid}`
  const from = wallMs()
  await Promise.all(
    devices.map(async (device, at) => {
      for (let n = 0; n < perDevice; n += 1) {
        await customers[at]?.send(device.phone.phone, { text: `${mark}-${at * perDevice + n}` })
      }
    }),
  )
  const found = await waitFor(
    'all webhooks of the burst',
    () => {
      const all = arrivals(receiver, mark)
      return all.size >= total && all
    },
    { timeoutMs: 120_000, everyMs: 100 },
  )
  return (total / (Math.max(...found.values()) - from)) * 1000
}
