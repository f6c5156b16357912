import { measureColdStarts } from '../measures/cold-start.ts'
import { measureCrash, measureFailover, measureSinkDown } from '../measures/faults.ts'
import { measureMemory } from '../measures/memory.ts'
import { pairMany, row, type Section, withStack } from './section.ts'

const MEMORY: Record<number, { peer: string; bare: string; budget: number }> = {
  1: { peer: '301 MiB', bare: '113 MiB (stated)', budget: 180 },
  50: { peer: '448 MiB', bare: '171 MiB (stated)', budget: 250 },
  200: { peer: '611 MiB', bare: '371 MiB (stated)', budget: 480 },
  1000: { peer: '–', bare: '–', budget: 1700 },
}

/** Memory by number of devices. */
export const memory: Section = ({ quick, maxDevices }) =>
  withStack([], async (stack) => {
    const marks = Object.keys(MEMORY).map(Number)
    const { points } = await measureMemory(stack, marks, quick ? 50 : maxDevices)
    return points.map(({ devices, rssMiB }) => {
      const known = MEMORY[devices]
      return row(
        `runner memory with ${devices} devices`,
        known?.peer ?? '–',
        known?.bare ?? '–',
        `≤ ${known?.budget} MiB`,
        `${rssMiB.toFixed(0)} MiB`,
        rssMiB <= (known?.budget ?? 0),
      )
    })
  })

/** What is lost when processes end. */
export const faults: Section = async ({ quick }) => {
  const count = quick ? 50 : 200
  const one = await withStack([], async (stack) => {
    const crash = await measureCrash(stack, count)
    const sink = await measureSinkDown(stack, 50)
    return [
      row(
        `kill -9 in a burst of ${count} in and ${count} out`,
        '84–119 lost, 6 doubled',
        '–',
        '0 lost, 0 doubled',
        `${crash.lost} lost, ${crash.doubled} doubled`,
        crash.lost + crash.doubled === 0,
      ),
      row(
        'sink down, process killed meanwhile, 50 events',
        '50 lost',
        '–',
        '0 lost',
        `${sink.lost} lost, ${sink.doubled} doubled`,
        sink.lost === 0,
      ),
    ]
  })
  const two = await withStack(['--runners', '2'], async (stack) => {
    const seconds = await measureFailover(stack, await pairMany(stack, quick ? 4 : 20))
    return [
      row(
        'lost task → its devices send again elsewhere',
        'never',
        '–',
        '≤ 60 s',
        `${seconds.toFixed(1)} s`,
        seconds <= 60,
      ),
    ]
  })
  return [...one, ...two]
}

/** Start of functions and of the stack. */
export const functions: Section = () =>
  withStack([], async (stack) => {
    const starts = measureColdStarts(stack.bundles)
    const slowest = starts[0]
    const largest = Math.max(...starts.map(({ bytes }) => bytes)) / 1024 / 1024
    return [
      row(
        `slowest function load (${slowest?.name}), median of five`,
        '–',
        '–',
        '≤ 300 ms',
        `${slowest?.loadMs.toFixed(0)} ms`,
        (slowest?.loadMs ?? 0) <= 300,
      ),
      row('largest bundle', '–', '–', '≤ 3 MB', `${largest.toFixed(1)} MB`, largest <= 3),
      row('npm start → ready', '–', '–', '≤ 20 s', `${(stack.readyMs / 1000).toFixed(1)} s`, stack.readyMs <= 20_000),
    ]
  })
