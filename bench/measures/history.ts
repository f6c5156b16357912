import type { TestDevice } from '#test/harness/device.ts'
import { at, call } from '#test/harness/http.ts'
import { createPhone, freshNumber, type Phone } from '#test/harness/phone.ts'
import type { Receiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import { usageByRole } from '../lib/processes.ts'
import type { BenchStack } from '../lib/stack.ts'

const wallMs = (): number => performance.timeOrigin + performance.now()

/** Live traffic in milliseconds: request to answer of sends, and phone to webhook of arrivals. */
export type LiveSamples = { answerMs: number[]; arrivalMs: number[] }

/** What a history does to live traffic of the same device: without it, while it is taken, how fast that is, and the runner's memory. */
export type HistoryLoad = { without: LiveSamples; during: LiveSamples; messagesPerSecond: number; aboveMiB: number }

/** Milliseconds from one live message to the next, in each direction. */
const EVERY_MS = 100

/** Messages that one request gives to a phone to remember. */
const BATCH = 500

/** Gives the phone of a device so many messages of former times, in chats of `perChat`. */
const giveHistory = async (stack: BenchStack, phone: Phone, messages: number, perChat: number): Promise<void> => {
  const since = Math.floor(Date.now() / 1000) - 20 * 24 * 3600
  for (let given = 0; given < messages; given += perChat) {
    const { phone: chat } = await createPhone(stack.sandboxUrl, freshNumber())
    for (let start = 0; start < perChat; start += BATCH) {
      const body = Array.from({ length: Math.min(BATCH, perChat - start) }, (_, n) => ({
        chat,
        text: `message ${given + start + n} of former times, about as long as people write`,
        timestamp: since + given + start + n,
      }))
      const answer = await call('POST', `${stack.sandboxUrl}/phones/${phone.phone}/history`, { body })
      if (answer.status !== 201) throw new Error(`history: ${answer.status} ${answer.text}`)
    }
  }
}

/** Sends and receives one message after another until `ended` says so. */
const liveTraffic = async (
  device: TestDevice,
  customer: Phone,
  receiver: Receiver,
  ended: () => boolean,
): Promise<LiveSamples> => {
  const mark = `live${customer.phone}x${Math.round(wallMs())}`
  const answerMs: number[] = []
  const sent = new Map<string, number>()
  const regularly = async (step: (n: number) => Promise<void>): Promise<void> => {
    for (let n = 0; !ended(); n += 1) {
      const until = wallMs() + EVERY_MS
      await step(n)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - wallMs())))
    }
  }
  await Promise.all([
    regularly(async (n) => {
      const from = wallMs()
      const answer = await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: `out ${n}` })
      if (answer.status !== 200) throw new Error(`send: ${answer.status} ${answer.text}`)
      answerMs.push(wallMs() - from)
    }),
    regularly(async (n) => {
      sent.set(`${mark}-${n}.`, wallMs())
      await customer.send(device.phone.phone, { text: `${mark}-${n}.` })
    }),
  ])
  const arrived = new Map<string, number>()
  await waitFor('the webhooks of live messages', () => {
    for (const { raw, atMs } of receiver.received) {
      const text = raw.includes(mark) ? new RegExp(`${mark}-\\d+\\.`).exec(raw)?.[0] : undefined
      if (text && !arrived.has(text)) arrived.set(text, atMs)
    }
    return arrived.size >= sent.size
  })
  return { answerMs, arrivalMs: [...sent].map(([text, from]) => (arrived.get(text) ?? Number.NaN) - from) }
}

const taken = async (device: TestDevice): Promise<{ state: unknown; messages: number; requestId: unknown }> => {
  const { body } = await device.api('GET', '/session/status')
  return {
    state: at(body, 'data.history.state'),
    messages: Number(at(body, 'data.history.messages') ?? 0),
    requestId: at(body, 'data.history.request_id'),
  }
}

/** Live traffic for a while, and the same while the whole history of `messages` comes to the same device. */
export const measureHistory = async (
  stack: BenchStack,
  device: TestDevice,
  receiver: Receiver,
  { messages, samples }: { messages: number; samples: number },
): Promise<HistoryLoad> => {
  await giveHistory(stack, device.phone, messages, 500)
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const forSamples = (count: number): (() => boolean) => {
    const until = wallMs() + count * EVERY_MS
    return () => wallMs() > until
  }
  await liveTraffic(device, customer, receiver, forSamples(30))
  const before = await liveTraffic(device, customer, receiver, forSamples(samples / 2))
  const had = await taken(device)
  const rss = (): number => usageByRole(stack.pid).runner.rssMiB
  const idleMiB = rss()
  let highestMiB = idleMiB
  const from = performance.now()
  const asked = await device.api('POST', '/sync/full-history', { days_limit: 30 })
  const requestId = at(asked.body, 'request_id')
  let tookMs: number | undefined
  const watching = waitFor(
    'the whole history',
    async () => {
      const now = await taken(device)
      highestMiB = Math.max(highestMiB, rss())
      const isAll = now.requestId === requestId && now.messages - had.messages >= messages && now.state === 'done'
      if (isAll) tookMs = performance.now() - from
      return isAll
    },
    { timeoutMs: 900_000, everyMs: 1_000 },
  )
  const during = await liveTraffic(device, customer, receiver, () => tookMs !== undefined)
  await watching
  // Half of it before and half after, so that a machine which gets slower or faster meanwhile is no difference.
  const after = await liveTraffic(device, customer, receiver, forSamples(samples / 2))
  const without = {
    answerMs: [...before.answerMs, ...after.answerMs],
    arrivalMs: [...before.arrivalMs, ...after.arrivalMs],
  }
  const messagesPerSecond = (messages / (tookMs ?? Number.NaN)) * 1000
  return { without, during, messagesPerSecond, aboveMiB: highestMiB - idleMiB }
}
