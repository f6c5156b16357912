import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Heartbeat, Lease, Renewal } from '#domains/leases/model.ts'
import { type Coordinator, makeCoordinator } from './coordinator.ts'
import { planLeases } from './plan.ts'

const TTL_MS = 15_000
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A lease table with the semantics of conditional writes; tasks can be cut off from it. */
const makeTable = () => {
  const leases = new Map<number, Lease>()
  const beats = new Map<string, Heartbeat>()
  const cutOff = new Set<string>()
  const epochs: number[] = []
  const reach = (task: string): void => {
    if (cutOff.has(task)) throw new Error('unreachable')
  }
  return {
    leases,
    beats,
    cutOff,
    epochs,
    storeOf: (task: string) => ({
      leases: async () => {
        reach(task)
        return new Map([...leases].map(([shard, lease]) => [shard, { ...lease }]))
      },
      acquire: async (shard: number, observed: Lease | undefined): Promise<Lease | undefined> => {
        reach(task)
        const now = leases.get(shard)
        if (now?.epoch !== observed?.epoch || now?.renewals !== observed?.renewals) return undefined
        const lease = { shard, owner: task, epoch: (now?.epoch ?? 0) + 1, renewals: 0 }
        epochs.push(lease.epoch)
        leases.set(shard, lease)
        return { ...lease }
      },
      renew: async (lease: Lease): Promise<Renewal> => {
        reach(task)
        const now = leases.get(lease.shard)
        if (!now) return 'missing'
        if (now.owner !== task || now.epoch !== lease.epoch) return 'lost'
        now.renewals += 1
        return 'renewed'
      },
      release: async (lease: Lease) => {
        reach(task)
        const now = leases.get(lease.shard)
        if (now?.owner !== task || now.epoch !== lease.epoch) return false
        leases.set(lease.shard, { shard: lease.shard, epoch: now.epoch, renewals: now.renewals + 1 })
        return true
      },
      beat: async (beat: Heartbeat) => {
        reach(task)
        beats.set(task, beat)
      },
      beats: async () => {
        reach(task)
        return [...beats.values()]
      },
      leave: async () => void beats.delete(task),
    }),
  }
}

/** Tasks over one table and one simulated time. */
const makeFleet = (shardCount: number) => {
  const table = makeTable()
  let nowMs = 0
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs }
  const tasks = new Map<string, { coordinator: Coordinator; working: Map<number, () => boolean>; frozen: boolean }>()
  const add = (task: string) => {
    const working = new Map<number, () => boolean>()
    const coordinator = makeCoordinator({
      store: table.storeOf(task),
      clock,
      log: quiet,
      task,
      shardCount,
      ttlMs: TTL_MS,
      load: () => ({ devices: 7, memory: 0.25, hasRoom: true }),
      events: {
        acquired: (grant) => void working.set(grant.shard, grant.valid),
        paused: () => undefined,
        lost: async (shard) => void working.delete(shard),
        handOver: async (shard) => void working.delete(shard),
      },
      random: () => 0.5,
      startedAt: '',
    })
    const entry = { coordinator, working, frozen: false }
    tasks.set(task, entry)
    return entry
  }
  /** Lets a second pass: each living task renews, beats, looks. */
  const second = async (): Promise<void> => {
    nowMs += 1000
    for (const { coordinator, frozen } of tasks.values()) {
      if (frozen) continue
      await coordinator.expire()
      if (nowMs % 5000 === 0) {
        await coordinator.renewAll()
        await coordinator.heartbeat().catch(() => undefined)
      }
      if (nowMs % 3000 === 0) await coordinator.claim().catch(() => undefined)
    }
  }
  const workersOf = (shard: number): string[] =>
    [...tasks].filter(([, { working }]) => working.get(shard)?.() === true).map(([task]) => task)
  return {
    table,
    tasks,
    add,
    second,
    workersOf,
    seconds: async (count: number) => {
      for (let at = 0; at < count; at += 1) await second()
    },
  }
}

/** A task with two shards whose hand-over is `handOver`. */
const holderOf = async (handOver: (shard: number) => Promise<void>, release?: () => Promise<boolean>) => {
  const table = makeTable()
  const clock = { nowMs: () => 0, monotonicMs: () => 0 }
  const store = { ...table.storeOf('a'), ...(release && { release }) }
  const events = { acquired: () => undefined, paused: () => undefined, lost: async () => undefined, handOver }
  const load = () => ({ devices: 0, memory: 0, hasRoom: true })
  const rest = { log: quiet, task: 'a', shardCount: 2, ttlMs: TTL_MS, random: () => 0.5, startedAt: '' }
  const coordinator = makeCoordinator({ store, clock, load, events, ...rest })
  await coordinator.claim()
  expect(coordinator.held()).toHaveLength(2)
  return coordinator
}

test('an end in good order waits for a hand-over that was begun before', async () => {
  const closing = Promise.withResolvers<void>()
  const coordinator = await holderOf(() => closing.promise)
  const first = coordinator.releaseAll()
  let ended = false
  const second = coordinator.releaseAll().then(() => {
    ended = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(ended).toBe(false)
  closing.resolve()
  await Promise.all([first, second])
  expect(coordinator.held()).toEqual([])
})

test('a lease that cannot be given back does not keep the others from their hand-over', async () => {
  const handed: number[] = []
  const refuse = async (): Promise<boolean> => {
    throw new Error('unreachable')
  }
  const coordinator = await holderOf(async (shard) => {
    await new Promise((resolve) => setImmediate(resolve))
    handed.push(shard)
  }, refuse)
  await coordinator.releaseAll()
  expect(handed).toHaveLength(2)
})

describe('leases', () => {
  test('are shared out fairly, and a task that joins gets its part', async () => {
    const fleet = makeFleet(4)
    const first = fleet.add('a')
    await fleet.seconds(10)
    expect(first.coordinator.held()).toHaveLength(4)
    const second = fleet.add('b')
    await second.coordinator.heartbeat()
    await fleet.seconds(40)
    expect(first.coordinator.held()).toHaveLength(2)
    expect(second.coordinator.held()).toHaveLength(2)
  })

  test('are told to the others with the load of their task: devices, and the used part of its memory', async () => {
    const fleet = makeFleet(2)
    const { coordinator } = fleet.add('a')
    await fleet.seconds(6)
    await coordinator.heartbeat()
    expect(fleet.table.beats.get('a')).toMatchObject({ shards: 2, devices: 7, memory: 0.25, draining: false })
    await coordinator.drain()
    expect(fleet.table.beats.get('a')).toMatchObject({ draining: true })
  })

  test('of a dead task are taken over within twice the lease period, with a higher epoch', async () => {
    const fleet = makeFleet(2)
    const first = fleet.add('a')
    await fleet.seconds(6)
    fleet.add('b')
    await fleet.seconds(30)
    const dead = fleet.tasks.get('a') === first ? first : fleet.tasks.get('b')
    if (dead) dead.frozen = true
    dead?.working.clear()
    await fleet.seconds((2 * TTL_MS) / 1000)
    expect([0, 1].map((shard) => fleet.workersOf(shard))).toEqual([['b'], ['b']])
    const lease = fleet.table.leases.get(0)
    expect(lease?.epoch).toBeGreaterThan(1)
  })

  test('are given up by a holder that cannot reach the table, before anybody else works with them', async () => {
    const fleet = makeFleet(1)
    const first = fleet.add('a')
    await fleet.seconds(6)
    fleet.table.cutOff.add('a')
    for (let at = 0; at < 40; at += 1) {
      await fleet.second()
      expect(fleet.workersOf(0).length).toBeLessThanOrEqual(1)
    }
    expect(first.coordinator.held()).toEqual([])
  })

  test('come back to a holder whose renewal succeeds late, when nobody took them', async () => {
    const fleet = makeFleet(1)
    const first = fleet.add('a')
    await fleet.seconds(6)
    fleet.table.cutOff.add('a')
    await fleet.seconds(TTL_MS / 1000 + 3)
    expect(first.coordinator.valid(0)).toBe(false)
    fleet.table.cutOff.delete('a')
    await fleet.seconds(6)
    expect(first.coordinator.valid(0)).toBe(true)
  })

  test('never have two working holders at a time, and epochs only rise, whatever fails when', async () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constantFrom('cut', 'mend', 'freeze', 'thaw'), task: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('wait'), task: fc.constant('a') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const fleet = makeFleet(3)
        for (const task of ['a', 'b', 'c']) fleet.add(task)
        await fleet.seconds(8)
        for (const { kind, task } of events) {
          const entry = fleet.tasks.get(task)
          if (kind === 'cut') fleet.table.cutOff.add(task)
          if (kind === 'mend') fleet.table.cutOff.delete(task)
          // A frozen task does not even notice that time passes; its own clock says so as soon as it looks.
          if (entry && kind === 'freeze') entry.frozen = true
          if (entry && kind === 'thaw') entry.frozen = false
          for (let at = 0; at < 4; at += 1) {
            await fleet.second()
            for (const shard of [0, 1, 2]) expect(fleet.workersOf(shard).length).toBeLessThanOrEqual(1)
          }
        }
        for (const shard of [0, 1, 2]) {
          const lease = fleet.table.leases.get(shard)
          expect(lease === undefined || lease.epoch >= 1).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('a plan', () => {
  const base = { shardCount: 4, ttlMs: TTL_MS, hasRoom: true }

  test('takes a long orphaned shard beyond the fair share', () => {
    const plan = planLeases(
      {
        ...base,
        held: [0, 1],
        peers: [{ shards: 0 }],
        free: new Map([
          [2, 2 * TTL_MS],
          [3, 0],
        ]),
      },
      () => 0,
    )
    expect(plan.take).toEqual([2])
  })

  test('takes nothing new when the task is full, and gives away nothing while shards are free', () => {
    const full = planLeases({ ...base, hasRoom: false, held: [], peers: [], free: new Map([[0, 0]]) }, () => 0)
    expect(full.take).toEqual([])
    const free = planLeases(
      { ...base, held: [0, 1, 2], peers: [{ shards: 0 }], free: new Map([[3, 2 * TTL_MS]]) },
      () => 0,
    )
    expect(free.giveAway).toBeUndefined()
  })
})
