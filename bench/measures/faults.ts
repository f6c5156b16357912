import { createDevice, pair, pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import { processTree } from '../lib/processes.ts'
import type { BenchStack } from '../lib/stack.ts'

/** Messages that a fault lost or doubled. */
export type FaultResult = { lost: number; doubled: number }

const runnersOf = (stack: BenchStack): number[] =>
  processTree(stack.pid)
    .filter(({ role }) => role === 'runner')
    .map(({ pid }) => pid)

const killRunner = (stack: BenchStack): void => {
  const [pid] = runnersOf(stack)
  if (pid === undefined) throw new Error('there is no runner to kill')
  process.kill(pid, 'SIGKILL')
}

const inboundSeen = (receiver: Receiver, mark: string): Map<string, Set<string>> => {
  const seen = new Map<string, Set<string>>()
  for (const request of receiver.received) {
    const text = new RegExp(`${mark}-\\d+`).exec(request.raw)?.[0]
    if (text) seen.set(text, (seen.get(text) ?? new Set()).add(String(request.headers['webhook-id'])))
  }
  return seen
}

/** Kills the runner with SIGKILL in the middle of `count` sends and `count` receives. */
export const measureCrash = async (stack: BenchStack, count: number): Promise<FaultResult> => {
  const receiver = await startReceiver()
  const device = await pairedDevice(stack, { webhook: `${receiver.url}/crash`, events: 'Message' })
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'opening' })
  const sending = Array.from({ length: count }, (_, n) =>
    device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: `out-${n}` }, { prefer: 'respond-async' }),
  )
  const receiving = (async () => {
    for (let n = 0; n < count; n += 1) await customer.send(device.phone.phone, { text: `in-${n}` })
  })()
  const outbound = async () => (await customer.messages()).filter((message) => message.text?.startsWith('out-'))
  await waitFor('the burst to be under way', async () => (await outbound()).length > 5)
  killRunner(stack)
  await Promise.all(sending)
  await receiving
  const complete = async () => (await outbound()).length >= count && inboundSeen(receiver, 'in').size >= count
  await waitFor('everything to arrive', complete, { timeoutMs: 120_000, everyMs: 250 }).catch(() => {})
  const out = await outbound()
  const seen = inboundSeen(receiver, 'in')
  await receiver.close()
  const texts = new Set(out.map((message) => message.text))
  return {
    lost: count - texts.size + (count - seen.size),
    doubled: out.length - texts.size + [...seen.values()].filter((ids) => ids.size > 1).length,
  }
}

/** The webhook target is down, the runner is killed meanwhile; then the target comes back. */
export const measureSinkDown = async (stack: BenchStack, count: number): Promise<FaultResult> => {
  const gone = await startReceiver()
  const port = Number(new URL(gone.url).port)
  const device = await createDevice(stack, { webhook: `${gone.url}/sink`, events: 'Message' })
  await pair(device)
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  await gone.close()
  for (let n = 0; n < count; n += 1) await customer.send(device.phone.phone, { text: `sink-${n}` })
  killRunner(stack)
  const receiver = await startReceiver(port)
  await waitFor('all events', () => inboundSeen(receiver, 'sink').size >= count, {
    timeoutMs: 180_000,
    everyMs: 250,
  }).catch(() => {})
  const seen = inboundSeen(receiver, 'sink')
  await receiver.close()
  return { lost: count - seen.size, doubled: [...seen.values()].filter((ids) => ids.size > 1).length }
}

/** Seconds from the loss of one of two tasks until every device sends again. */
export const measureFailover = async (stack: BenchStack, devices: TestDevice[]): Promise<number> => {
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const sends = async (device: TestDevice): Promise<boolean> =>
    (await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'still there' })).status === 200
  for (const device of devices) if (!(await sends(device))) throw new Error('a device cannot send before the fault')
  killRunner(stack)
  const from = performance.now()
  await Promise.all(
    devices.map((device) =>
      waitFor('a device to send again', () => sends(device), { timeoutMs: 120_000, everyMs: 200 }),
    ),
  )
  return (performance.now() - from) / 1000
}
