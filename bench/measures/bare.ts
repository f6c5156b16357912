import { createPhone } from '#test/harness/phone.ts'
import { pairBareClient } from '../lib/bare-client.ts'
import { watchFrames } from '../lib/frames.ts'
import { startBenchNetwork } from '../lib/sandbox.ts'
import { percentile } from '../lib/statistics.ts'

/** What a bare Baileys session does on this machine in this run. */
export type BareResult = { frameMs: number[]; ackMs: number[]; ratePerSecond: number; cpuMsPerMessage: number }

const wallMs = (): number => performance.timeOrigin + performance.now()

/** Sends texts one after another from one bare session, each paced by its ack. */
export const measureBare = async (count: number): Promise<BareResult> => {
  const network = await startBenchNetwork()
  try {
    await createPhone(network.controlUrl, '15550000001')
    await createPhone(network.controlUrl, '15550000002')
    const client = await pairBareClient(network, '15550000001')
    const watch = await watchFrames(network.controlUrl)
    const starts: [string, number][] = []
    const ackMs: number[] = []
    const send = async (n: number): Promise<void> => {
      const id = `3EB0${String(n).padStart(18, '0')}`
      const acked = client.acked(id)
      starts.push([id, wallMs()])
      const from = performance.now()
      await client.socket().sendMessage('15550000002@s.whatsapp.net', { text: `message ${n}` }, { messageId: id })
      await acked
      ackMs.push(performance.now() - from)
    }
    for (let n = 0; n < 50; n += 1) await send(n)
    starts.length = 0
    ackMs.length = 0
    const cpu = process.cpuUsage()
    const from = performance.now()
    for (let n = 50; n < 50 + count; n += 1) await send(n)
    const elapsed = performance.now() - from
    const { user, system } = process.cpuUsage(cpu)
    const frameMs = starts.flatMap(([id, at]) => (watch.at.has(id) ? [(watch.at.get(id) as number) - at] : []))
    watch.close()
    client.close()
    return { frameMs, ackMs, ratePerSecond: (count / elapsed) * 1000, cpuMsPerMessage: (user + system) / 1000 / count }
  } finally {
    await network.stop()
  }
}

if (import.meta.main) {
  const result = await measureBare(Number(process.argv[2] ?? 1000))
  console.log(
    JSON.stringify({
      frameP50: percentile(result.frameMs, 0.5),
      frameP95: percentile(result.frameMs, 0.95),
      ackP50: percentile(result.ackMs, 0.5),
      ackP95: percentile(result.ackMs, 0.95),
      ratePerSecond: result.ratePerSecond,
      cpuMsPerMessage: result.cpuMsPerMessage,
    }),
  )
  process.exit(0)
}
