import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { UpdateSpec } from '#data/expressions.ts'
import { deviceConnected } from '#domains/devices/events.ts'
import type { Device } from '#domains/devices/model.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { makeDeviceRecord } from './device-record.ts'

type Answer = Error | 'written' | 'refused'

let answers: Answer[]
let written: UpdateSpec[]
let stored: Partial<Device> | undefined
let isValid: boolean
let ended: string[]

beforeEach(() => {
  vi.useFakeTimers()
  answers = []
  written = []
  stored = { id: 'd1' }
  isValid = true
  ended = []
})
afterEach(() => vi.useRealTimers())

const main = {
  get: async () => stored,
  update: async (_key: unknown, spec: UpdateSpec) => {
    const answer = answers.shift() ?? 'written'
    if (answer instanceof Error) throw answer
    if (answer === 'refused') return { lost: stored }
    written.push(spec)
    return { item: { ...stored, ...spec.set } }
  },
} as unknown as Context['main']

const record = () =>
  makeDeviceRecord(
    { clock: systemClock, main, log: { error: () => undefined } as unknown as Context['log'] } as Context,
    { id: 'd1', state: 'idle', transitions: [] } as unknown as Device,
    { shard: 0, epoch: 7, owner: 'task_1', valid: () => isValid },
    { lost: (why) => ended.push(why), deleted: () => ended.push('deleted') },
  )

const outage = (): Error => Object.assign(new Error('not now'), { name: 'InternalServerError', $metadata: {} })
const states = () => written.map(({ set }) => set?.state)

test('a state is written again until the table takes it, before the states that follow', async () => {
  answers = [outage(), outage(), outage()]
  const { transition, current } = record()
  void transition({ state: 'connecting' })
  const done = transition({ state: 'online', event: deviceConnected })
  await vi.advanceTimersByTimeAsync(100)
  expect(states()).toEqual([])
  expect(current().state).toBe('online')
  await vi.advanceTimersByTimeAsync(60_000)
  await done
  expect(states()).toEqual(['connecting', 'online'])
  expect(written.at(-1)?.events).toHaveLength(1)
  expect(current().transitions.map(({ state }) => state)).toEqual(['online', 'connecting'])
})

test('a state that the table never takes does not hold up the next', async () => {
  answers = [Object.assign(new Error('too large'), { name: 'ValidationException', $metadata: {} })]
  const { transition } = record()
  void transition({ state: 'connecting' })
  await transition({ state: 'online' })
  expect(states()).toEqual(['online'])
})

test('nothing is written any more when the grant has ended', async () => {
  answers = [outage(), outage()]
  const done = record().transition({ state: 'online' })
  isValid = false
  await vi.advanceTimersByTimeAsync(60_000)
  await done
  expect(written).toEqual([])
  expect(answers).toHaveLength(1)
})

test('a write says by its condition that a deleted device stays as it is, and tells who deleted from who took it', async () => {
  answers = ['written', 'refused', 'refused']
  const { change } = record()
  await change({ pushName: 'Ann' })
  expect(written[0]?.condition?.text).toContain('attribute_not_exists(#deletedAt)')
  await change({ pushName: 'Bea' })
  stored = { id: 'd1', deletedAt: '2026-01-01T00:00:00.000Z' }
  await change({ pushName: 'Cleo' })
  expect(ended).toEqual(['the device has another owner', 'deleted'])
})
