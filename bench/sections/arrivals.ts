import { pairedDevice } from '#test/harness/device.ts'
import { startReceiver } from '#test/harness/receiver.ts'
import { p50p95 } from '../lib/statistics.ts'
import {
  type Above,
  largeDocument,
  largeFilm,
  measureBucketAlone,
  measureInboundMedia,
  measureLargeFile,
  measureMediaSends,
} from '../measures/media.ts'
import { measureReceiveLatency, measureReceiveRate } from '../measures/receive.ts'
import { row, type Section, within, withStack } from './section.ts'

/** Messages that arrive, to the webhook. */
export const receive: Section = ({ quick }) =>
  withStack([], async (stack) => {
    const receiver = await startReceiver()
    const options = { webhook: `${receiver.url}/in`, events: 'Message' }
    const first = await pairedDevice(stack, options)
    const samples = await measureReceiveLatency(stack, first, receiver, quick ? 50 : 200)
    const more = await Promise.all(Array.from({ length: 4 }, () => pairedDevice(stack, options)))
    const rate = await measureReceiveRate(stack, [first, ...more], receiver, quick ? 40 : 200)
    await receiver.close()
    return [
      row(
        'phone sends → webhook request leaves, p50 / p95',
        '14 / 22 ms',
        '3 / 4.5 ms (stated)',
        '≤ 40 / 80 ms',
        p50p95(samples),
        within(samples, 40, 80),
      ),
      row(
        'inbound rate, one process, to the webhook',
        '49/s',
        '1,600/s (stated)',
        '≥ 100/s',
        `${rate.toFixed(0)}/s`,
        rate >= 100,
      ),
    ]
  })

const LARGE_BYTES = 16 * 1024 * 1024

const largeRow = (what: string, { total, runner }: Above, bucket: Above) =>
  row(
    `${what}: memory above idle, runner and host`,
    '–',
    `${bucket.total.toFixed(0)} MiB (the emulator of the bucket alone, before)`,
    '≤ 64 MiB',
    `${total.toFixed(0)} MiB (runner ${runner.toFixed(0)})`,
    total <= 64,
  )

/** Files in both directions. With the stores on disk: a bucket in memory would keep the files in the process that is measured. */
export const media: Section = ({ quick }) =>
  withStack(
    [],
    async (stack) => {
      const receiver = await startReceiver()
      const device = await pairedDevice(stack, { webhook: `${receiver.url}/in`, events: 'Message' })
      const count = quick ? 20 : 100
      const sends = await measureMediaSends(stack, device, { bytes: 100 * 1024, count })
      const arrivals = await measureInboundMedia(stack, device, receiver, { bytes: 100 * 1024, count })
      const bucket = await measureBucketAlone(stack, device, largeDocument(LARGE_BYTES).bytes)
      const above = await measureLargeFile(stack, device, largeDocument(LARGE_BYTES))
      // The first film compiles the program that makes its preview, which stays.
      await measureLargeFile(stack, device, await largeFilm(0))
      const filmAbove = await measureLargeFile(stack, device, await largeFilm(LARGE_BYTES))
      await receiver.close()
      return [
        row("document of 100 KiB: request → answer after WhatsApp's ack, p50 / p95", '–', '–', '–', p50p95(sends)),
        row('phone sends a picture of 100 KiB → webhook, p50 / p95', '–', '–', '–', p50p95(arrivals)),
        largeRow('file of 16 MiB from a URL to a phone', above, bucket),
        largeRow('film of 16 MiB from a URL to a phone, its preview made', filmAbove, bucket),
      ]
    },
    { disk: true },
  )
