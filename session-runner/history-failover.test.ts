import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { historyReceived } from '#domains/history/events.ts'
import { historyJobs } from '#domains/history/model.ts'
import { findProgress } from '#domains/history/record.ts'
import type { Message } from '#domains/messages/model.ts'
import { listMessages } from '#domains/messages/repo.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550008301'
const ANN = '15550008302'
const MESSAGES = 2000

let world: World

beforeAll(async () => {
  world = await startWorld({ shards: 1, leaseTtlMs: 3_000 })
}, 60_000)
afterAll(async () => {
  await world?.close()
}, 60_000)

/** Pages through a partition, since the answers of a store are bounded. */
const all = async <T>(page: (startKey?: Record<string, unknown>) => Promise<{ items: T[]; next?: object }>) => {
  const found: T[] = []
  let next: Record<string, unknown> | undefined
  do {
    const answer = await page(next)
    found.push(...answer.items)
    next = answer.next as typeof next
  } while (next)
  return found
}

test('a task killed in the middle of a history: another one goes on where it was, and all is there and told once', async () => {
  const first = await world.startChild()
  const phone = world.network.createPhone(OWN)
  world.network.createPhone(ANN)
  const device = await world.pair(await world.createDevice(), OWN)
  const since = Math.floor(Date.now() / 1000) - 5 * MESSAGES
  const ids = phone.chats.remember(
    Array.from({ length: MESSAGES }, (_, at) => ({ chat: ANN, text: `message ${at}`, timestamp: since + at })),
  )
  const requestId = 'FAILOVER'
  const work = { type: 'sync.full-history' as const, requestId, days: 30, sizeMb: 100, groups: true, calls: false }
  await world.ask(device, work)
  const half = await waitFor(
    'a part of the history',
    async () => {
      const { items } = await world.session.query<{ pk: string; sk: string; position?: { parts: number } }>({
        pk: historyJobs(device.id),
      })
      return items.find(({ position }) => (position?.parts ?? 0) >= 5)
    },
    { everyMs: 5, timeoutMs: 30_000 },
  )
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(half.position?.parts).toBeLessThan(MESSAGES / 25)

  await world.startChild()
  await waitFor(
    'the rest of the history',
    async () => {
      const progress = await findProgress(world.ctx, device.id)
      return progress?.state === 'done' && progress.requestId === requestId
    },
    { timeoutMs: 60_000 },
  )
  const thread = await world.threads.find(world.ctx, world.tenantId, device.id, `${ANN}@s.whatsapp.net`)
  const { conversationId } = thread ?? { conversationId: 0 }
  const stored = await all<Message>((startKey) =>
    listMessages(world.ctx, world.tenantId, conversationId, { limit: 1000, startKey }),
  )
  expect(stored.map(({ messageId }) => messageId).reverse()).toEqual(ids)
  const items = await all((startKey) => world.main.query({ pk: `D#${device.id}`, prefix: 'HS#', startKey }))
  const told = items
    .flatMap((item) => readOutbox(item))
    .map(({ facts }) => historyReceived.data.parse(facts))
    .filter((event) => event.requestId === requestId)
  // Every part of the one chunk, each once, in their order, and every message in one of them.
  expect(told.map(({ part }) => part)).toEqual(told.map((_, at) => at))
  expect(told.map(({ isLast }) => isLast)).toEqual(told.map((_, at) => at === told.length - 1))
  const messages = told.flatMap(({ conversations }) => conversations.flatMap((each) => each.messages))
  expect(messages.map(({ messageId }) => messageId).reverse()).toEqual(ids)
  // The count is of messages that were new, also where the first task had stored some that it could not note any more.
  const { messages: counted = 0 } = (await findProgress(world.ctx, device.id)) ?? {}
  expect(counted).toBeLessThanOrEqual(MESSAGES)
  expect(counted).toBeGreaterThan(MESSAGES - 60)
}, 120_000)

test('a connection that is cut again and again in the middle of a history: it goes on, and all is there once', async () => {
  const runner = await world.startRunner()
  const own = '15550008303'
  const phone = world.network.createPhone(own)
  const device = await world.pair(await world.createDevice(), own)
  const since = Math.floor(Date.now() / 1000) - 5000
  const ids = phone.chats.remember(
    Array.from({ length: 600 }, (_, at) => ({ chat: ANN, text: `message ${at}`, timestamp: since + at })),
  )
  const work = { type: 'sync.full-history' as const, days: 30, sizeMb: 100, groups: true, calls: false }
  await world.ask(device, { ...work, requestId: 'CUT' })
  const partsDone = async (): Promise<number> => {
    const { items } = await world.session.query<{ pk: string; sk: string; position?: { parts: number } }>({
      pk: historyJobs(device.id),
    })
    return Math.max(0, ...items.map(({ position }) => position?.parts ?? 0))
  }
  for (const parts of [2, 6, 10]) {
    await waitFor(`${parts} parts`, async () => (await partsDone()) >= parts, { everyMs: 5 })
    world.network.faults.set({ kind: 'disconnect', phone: own })
    await world.untilState(device, 'online')
  }
  await waitFor(
    'the rest of the history',
    async () => {
      const progress = await findProgress(world.ctx, device.id)
      return progress?.state === 'done' && progress.requestId === 'CUT'
    },
    { timeoutMs: 60_000 },
  )
  const stored = await world.conversation(device, `${ANN}@s.whatsapp.net`)
  expect(stored.map(({ messageId }) => messageId)).toEqual(ids)
  const { messages: counted = 0 } = (await findProgress(world.ctx, device.id)) ?? {}
  expect(counted).toBeLessThanOrEqual(600)
  expect(counted).toBeGreaterThan(600 - 4 * 25)
  await runner.drain()
}, 120_000)
