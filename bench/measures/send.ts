import type { TestDevice } from '#test/harness/device.ts'
import { at } from '#test/harness/http.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { watchFrames } from '../lib/frames.ts'
import { type Role, spent, usageByRole } from '../lib/processes.ts'
import type { BenchStack } from '../lib/stack.ts'

const wallMs = (): number => performance.timeOrigin + performance.now()

/** Latencies of single sends, in milliseconds. */
export type SendLatency = { frameMs: number[]; answerMs: number[] }

const sendText = async (device: TestDevice, to: string, text: string): Promise<string> => {
  const answer = await device.api('POST', '/chat/send/text', { Phone: to, Body: text })
  if (answer.status !== 200) throw new Error(`send: ${answer.status} ${answer.text}`)
  return String(at(answer.body, 'data.Id'))
}

/** One text after another through the API: request to frame on the WhatsApp socket, and request to answer. */
export const measureSendLatency = async (
  stack: BenchStack,
  device: TestDevice,
  count: number,
): Promise<SendLatency> => {
  const { phone } = await createPhone(stack.sandboxUrl, freshNumber())
  for (let n = 0; n < 30; n += 1) await sendText(device, phone, `warm ${n}`)
  const watch = await watchFrames(stack.sandboxUrl)
  const starts: [string, number][] = []
  const answerMs: number[] = []
  for (let n = 0; n < count; n += 1) {
    const from = wallMs()
    const id = await sendText(device, phone, `message ${n}`)
    answerMs.push(wallMs() - from)
    starts.push([id, from])
  }
  watch.close()
  return {
    frameMs: starts.flatMap(([id, from]) => (watch.at.has(id) ? [(watch.at.get(id) as number) - from] : [])),
    answerMs,
  }
}

/** Throughput with many devices at once, and what it costs each kind of process per message. */
export type SendThroughput = { perSecond: number; cpuMs: Record<Role, number>; failed: number }

/** Every device sends one text after another, all devices at the same time. */
export const measureThroughput = async (
  stack: BenchStack,
  devices: TestDevice[],
  perDevice: number,
): Promise<SendThroughput> => {
  const targets = await Promise.all(devices.map(() => createPhone(stack.sandboxUrl, freshNumber())))
  await Promise.all(devices.map((device, n) => sendText(device, targets[n]?.phone ?? '', 'warm')))
  let failed = 0
  const before = usageByRole(stack.pid)
  const from = performance.now()
  await Promise.all(
    devices.map(async (device, n) => {
      for (let message = 0; message < perDevice; message += 1) {
        await sendText(device, targets[n]?.phone ?? '', `message ${message}`).catch(() => {
          failed += 1
        })
      }
    }),
  )
  const elapsed = performance.now() - from
  const total = devices.length * perDevice - failed
  const cost = spent(before, usageByRole(stack.pid))
  const each = (role: Role): number => cost[role] / total
  return {
    perSecond: (total / elapsed) * 1000,
    cpuMs: { runner: each('runner'), host: each('host'), store: each('store'), sandbox: each('sandbox') },
    failed,
  }
}
