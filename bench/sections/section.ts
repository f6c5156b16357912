import { pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { type BenchStack, startBenchStack } from '../lib/stack.ts'
import { percentile, type Row } from '../lib/statistics.ts'

/** How much of everything a run takes. */
export type Effort = { quick: boolean; maxDevices: number }

/** A part of the benchmark. */
export type Section = (effort: Effort) => Promise<Row[]>

/** Works with a stack of its own, which ends with the work. `disk`: its stores are on disk. */
export const withStack = async (
  flags: string[],
  work: (stack: BenchStack) => Promise<Row[]>,
  options: { disk?: boolean } = {},
): Promise<Row[]> => {
  const stack = await startBenchStack(flags, options)
  try {
    return await work(stack)
  } finally {
    await stack.stop()
  }
}

/** So many new devices, paired a few at a time. */
export const pairMany = async (stack: BenchStack, count: number): Promise<TestDevice[]> => {
  const devices: TestDevice[] = []
  while (devices.length < count) {
    const batch = Math.min(4, count - devices.length)
    devices.push(...(await Promise.all(Array.from({ length: batch }, () => pairedDevice(stack)))))
  }
  return devices
}

/** Whether half of the samples lie below `p50`, and 95 of 100 below `p95`. */
export const within = (samples: number[], p50: number, p95: number): boolean =>
  percentile(samples, 0.5) <= p50 && percentile(samples, 0.95) <= p95

/** A line of the results; without `holds` it has no budget. */
export const row = (
  what: string,
  peer: string,
  reference: string,
  budget: string,
  ours: string,
  holds?: boolean,
): Row => ({
  what,
  peer,
  reference,
  budget,
  ours,
  holds,
})
