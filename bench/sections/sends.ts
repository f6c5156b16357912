import { pairedDevice } from '#test/harness/device.ts'
import { p50p95 } from '../lib/statistics.ts'
import { measureBare } from '../measures/bare.ts'
import { measureCalls } from '../measures/calls.ts'
import { measureEmulators } from '../measures/emulators.ts'
import { measureGroupSends } from '../measures/groups.ts'
import { measureSendLatency, measureThroughput } from '../measures/send.ts'
import { pairMany, row, type Section, within, withStack } from './section.ts'

/** How long one text takes. */
export const latency: Section = async ({ quick }) => {
  const count = quick ? 100 : 500
  const bare = await measureBare(count)
  return withStack([], async (stack) => {
    const device = await pairedDevice(stack)
    const { frameMs, answerMs } = await measureSendLatency(stack, device, count)
    return [
      row(
        'one text: request → frame on the socket, p50 / p95',
        '19 / 36 ms',
        p50p95(bare.frameMs),
        '≤ 15 / 30 ms',
        p50p95(frameMs),
        within(frameMs, 15, 30),
      ),
      row(
        "request → answer after WhatsApp's ack, p50 / p95",
        '26 / 46 ms',
        p50p95(bare.ackMs),
        '≤ 25 / 45 ms',
        p50p95(answerMs),
        within(answerMs, 25, 45),
      ),
    ]
  })
}

/** How many texts, and what each costs. */
export const throughput: Section = async ({ quick }) => {
  const bare = await measureBare(quick ? 200 : 1000)
  const emulators = await measureEmulators(quick ? 200 : 1000)
  return withStack([], async (stack) => {
    const devices = await pairMany(stack, 50)
    const result = await measureThroughput(stack, devices, quick ? 10 : 40)
    const ours = result.cpuMs.runner + result.cpuMs.host
    const share = result.perSecond / emulators.perSecond
    return [
      row(
        'sends acked per second, 50 devices',
        '48/s',
        `${bare.ratePerSecond.toFixed(0)}/s (one session)`,
        '≥ 100/s',
        `${result.perSecond.toFixed(0)}/s, ${result.failed} failed`,
        result.perSecond >= 100,
      ),
      row(
        'the same as a share of the emulators alone',
        '–',
        `${emulators.perSecond.toFixed(0)}/s`,
        '≥ 70 %',
        `${(share * 100).toFixed(0)} %`,
        share >= 0.7,
      ),
      row(
        'processor time per sent text: runner',
        '21 ms',
        `${bare.cpuMsPerMessage.toFixed(1)} ms`,
        '≤ 3 ms',
        `${result.cpuMs.runner.toFixed(1)} ms`,
        result.cpuMs.runner <= 3,
      ),
      row('processor time per sent text: all our processes', '–', '–', '≤ 10 ms', `${ours.toFixed(1)} ms`, ours <= 10),
    ]
  })
}

/** Store and queue work of a text. */
export const calls: Section = async ({ quick }) => {
  const counted = await measureCalls(quick ? 30 : 100)
  return [
    row(
      'store writes per outbound text, all states to read',
      '–',
      '–',
      '≤ 6',
      counted.writes.toFixed(1),
      counted.writes <= 6,
    ),
    row('write units of them', '–', '–', '≤ 12', counted.writeUnits.toFixed(1), counted.writeUnits <= 12),
    row('queue calls per outbound text', '–', '–', '≤ 3', counted.queueCalls.toFixed(1), counted.queueCalls <= 3),
  ]
}

/** Texts into a group. */
export const groups: Section = ({ quick }) =>
  withStack([], async (stack) => {
    const count = quick ? 100 : 1000
    const { answerMs, groupQueries } = await measureGroupSends(stack, await pairedDevice(stack), { members: 20, count })
    return [
      row("group of 20: request → answer after WhatsApp's ack, p50 / p95", '–', '–', '–', p50p95(answerMs)),
      row(`group requests to WhatsApp in ${count} sends`, '–', '–', '≤ 1', `${groupQueries}`, groupQueries <= 1),
    ]
  })
