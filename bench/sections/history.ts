import { pairedDevice } from '#test/harness/device.ts'
import { startReceiver } from '#test/harness/receiver.ts'
import { percentile } from '../lib/statistics.ts'
import { measureHistory } from '../measures/history.ts'
import { row, type Section, withStack } from './section.ts'

/** Share by which the slowest live messages may be slower while a history comes: what two runs without one differ by. */
const SLACK = 1.2

const p50p99 = (samples: number[]): string =>
  `${percentile(samples, 0.5).toFixed(1)} / ${percentile(samples, 0.99).toFixed(1)} ms`

/** Live messages of a device while its whole history comes, and without it in the same run. */
export const history: Section = ({ quick }) =>
  withStack([], async (stack) => {
    const receiver = await startReceiver()
    const messages = quick ? 2_000 : 10_000
    const device = await pairedDevice(stack, { webhook: `${receiver.url}/in`, events: 'Message,HistorySync' })
    const load = await measureHistory(stack, device, receiver, { messages, samples: quick ? 100 : 400 })
    await receiver.close()
    const line = (what: string, without: number[], during: number[]) =>
      row(
        `${what} while ${messages.toLocaleString('en')} messages of history come, p50 / p99`,
        '–',
        `${p50p99(without)} (ours, without history)`,
        'p99 as without (± 20 %)',
        p50p99(during),
        percentile(during, 0.99) <= percentile(without, 0.99) * SLACK,
      )
    return [
      line('request → answer', load.without.answerMs, load.during.answerMs),
      line('phone sends → webhook', load.without.arrivalMs, load.during.arrivalMs),
      row('history taken meanwhile, messages per second', '–', '–', '–', `${load.messagesPerSecond.toFixed(0)}/s`),
      row('runner memory meanwhile, above live traffic alone', '–', '–', '–', `${load.aboveMiB.toFixed(0)} MiB`),
    ]
  })
