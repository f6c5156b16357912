import { expect, test } from 'vitest'
import { manualClock } from '#test/harness/context.ts'
import { makeSilence } from './silence.ts'

test('silence is told with when WhatsApp was last heard, and its end once', () => {
  const told: unknown[] = []
  const record = { change: async (_set: unknown, events: unknown[]) => told.push(...events) }
  const ctx = { clock: manualClock() }
  const heardAt = () => '2026-01-02T03:04:05.000Z'
  const silence = makeSilence(
    ctx as unknown as Parameters<typeof makeSilence>[0],
    record as unknown as Parameters<typeof makeSilence>[1],
    heardAt,
  )
  silence.ends()
  expect(told).toEqual([])
  silence.begins()
  silence.ends()
  silence.ends()
  expect(told).toMatchObject([
    { type: 'connection.keepalive_timeout', facts: { lastSeenAt: heardAt() } },
    { type: 'connection.keepalive_restored' },
  ])
})
