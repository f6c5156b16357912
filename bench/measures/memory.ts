import { pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { usageByRole } from '../lib/processes.ts'
import type { BenchStack } from '../lib/stack.ts'

/** Resident memory of the runner once so many devices are connected and idle. */
export type MemoryPoint = { devices: number; rssMiB: number }

/** Pairs devices until there are `upTo`, a few at a time, and reads the runner's memory at the marks on the way. */
export const measureMemory = async (
  stack: BenchStack,
  marks: number[],
  upTo: number,
): Promise<{ points: MemoryPoint[]; devices: TestDevice[] }> => {
  const devices: TestDevice[] = []
  const points: MemoryPoint[] = []
  for (const mark of [...marks.filter((value) => value <= upTo)]) {
    while (devices.length < mark) {
      const batch = Math.min(4, mark - devices.length)
      devices.push(...(await Promise.all(Array.from({ length: batch }, () => pairedDevice(stack)))))
      if (devices.length % 100 === 0) console.error(`  ${devices.length} devices paired`)
    }
    points.push({ devices: mark, rssMiB: await settledRss(stack) })
  }
  return { points, devices }
}

/** The lowest of several readings: right after pairing the collector has not been round yet. */
const settledRss = async (stack: BenchStack): Promise<number> => {
  const readings: number[] = []
  for (let n = 0; n < 10; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    readings.push(usageByRole(stack.pid).runner.rssMiB)
  }
  return Math.min(...readings)
}
