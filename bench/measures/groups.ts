import type { TestDevice } from '#test/harness/device.ts'
import { at, call } from '#test/harness/http.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import type { BenchStack } from '../lib/stack.ts'

/** Group sends: answer times in milliseconds, and how often WhatsApp was asked for the group meanwhile. */
export type GroupSends = { answerMs: number[]; groupQueries: number }

/** Counts the group requests that reach the sandbox network, until `close`. */
const watchGroupQueries = async (sandboxUrl: string): Promise<{ count: () => number; close: () => void }> => {
  const abort = new AbortController()
  const response = await fetch(`${sandboxUrl}/events?types=frame.in`, { signal: abort.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let seen = 0
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done || value === undefined) return
      seen += value.split('"xmlns":"w:g2"').length - 1
    }
  }
  read().catch(() => {})
  return { count: () => seen, close: () => abort.abort() }
}

/** One text after another into a group of `members`, from a device that is one of them. */
export const measureGroupSends = async (
  stack: BenchStack,
  device: TestDevice,
  options: { members: number; count: number },
): Promise<GroupSends> => {
  const members = await Promise.all(
    Array.from({ length: options.members - 1 }, () => createPhone(stack.sandboxUrl, freshNumber())),
  )
  const made = await call('POST', `${stack.sandboxUrl}/phones/${device.phone.phone}/groups`, {
    body: { subject: 'Benchmark', participants: members.map(({ phone }) => phone) },
  })
  const jid = String(at(made.body, 'id'))
  const watch = await watchGroupQueries(stack.sandboxUrl)
  const answerMs: number[] = []
  for (let n = 0; n < options.count; n += 1) {
    const from = performance.now()
    const answer = await device.api('POST', '/chat/send/text', { Phone: jid, Body: `message ${n}` })
    if (answer.status !== 200) throw new Error(`group send: ${answer.status} ${answer.text}`)
    // The first ones make sessions with everybody and hand out the sender key.
    if (n >= 5) answerMs.push(performance.now() - from)
  }
  watch.close()
  return { answerMs, groupQueries: watch.count() }
}
