import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fleetSize, ownerlessShards, type TaskLoad } from './_fleet-size.ts'

const tasks = (...devices: number[]): TaskLoad[] =>
  devices.map((count, at) => ({ task: `t${at}`, devices: count, draining: false }))
const size = (wanted: number, load: TaskLoad[], limits: { min?: number; max?: number } = {}): number =>
  fleetSize({ wanted, tasks: load, devicesPerTask: 1000, min: 1, max: 8, ...limits })

describe('fleet size', () => {
  test('an empty fleet keeps its least number of tasks', () => {
    expect(size(1, tasks(0))).toBe(1)
    expect(size(0, [])).toBe(1)
    expect(size(1, [], { min: 2 })).toBe(2)
  })

  test('it grows at once, as far as the load asks for', () => {
    expect(size(1, tasks(801))).toBe(2)
    expect(size(2, tasks(2000, 2000))).toBe(5)
  })

  test('memory counts where it is scarcer than devices', () => {
    expect(size(1, [{ task: 't', devices: 100, draining: false, memory: 0.7 }])).toBe(2)
    expect(size(1, [{ task: 't', devices: 100, draining: false, memory: 0.3 }])).toBe(1)
  })

  test('there are never more tasks than shards', () => {
    expect(size(4, tasks(5000, 5000, 5000, 5000), { max: 4 })).toBe(4)
    expect(size(6, tasks(10, 10, 10, 10, 10, 10), { max: 4 })).toBe(4)
  })

  test('it shrinks by one task, and only where the rest stays well below full', () => {
    expect(size(4, tasks(100, 100, 100, 100))).toBe(3)
    expect(size(2, tasks(350, 350))).toBe(2)
    expect(size(2, tasks(290, 290))).toBe(1)
  })

  test('it does not shrink while tasks start, are missing or drain', () => {
    expect(size(3, tasks(10, 10))).toBe(3)
    expect(size(3, [...tasks(10, 10), { task: 'x', devices: 0, draining: true }])).toBe(3)
  })

  test('whatever the load, repeated decisions settle: the fleet does not swing', () => {
    const anyLoad = fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(anyLoad, (devices) => {
        const total = devices.reduce((sum, count) => sum + count, 0)
        const next = (wanted: number): number => size(wanted, tasks(...Array(wanted).fill(total / wanted)))
        let wanted = devices.length
        for (let round = 0; round < 20; round += 1) wanted = next(wanted)
        return next(wanted) === wanted && wanted >= 1 && wanted <= 8
      }),
    )
  })
})

test('shards without a lease, without an owner, or with a dead owner are ownerless', () => {
  const lease = (shard: number, owner?: string) => [shard, { shard, owner, epoch: 1, renewals: 0 }] as const
  const leases = new Map([lease(0, 'alive'), lease(1, 'dead'), lease(2)])
  expect(ownerlessShards(4, leases, new Set(['alive']))).toEqual([1, 2, 3])
})
