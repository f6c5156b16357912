import type { proto } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { makeThreads, type Threads } from '#domains/conversations/threads.ts'
import { createDevice } from '#domains/devices/create.ts'
import type { Device } from '#domains/devices/model.ts'
import { STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { listMessages, recordOutbound } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { readStanza } from './stanza-facts.ts'
import { storeMessage } from './store-message.ts'

const SECOND = 1_900_000_000_000

let ctx: DomainContext
let device: Device
let queries: unknown[] = []

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  device = await createDevice(ctx, makeCounters(ctx.main), { tenantId: 'org_o', name: 'd', token: 'a-token-of-one' }, 1)
  const { query } = ctx.main
  const counted: typeof query = (spec) => {
    queries.push(spec)
    return query(spec)
  }
  Object.assign(ctx.main, { query: counted })
})
afterAll(() => ctx?.close())

/** A runner task, which knows nothing of what the one before it had in mind. */
const task = (): Threads => makeThreads(makeCounters(ctx.main))

/** What came of a number at a time; `ms` are counted from the second. */
const came = async (
  threads: Threads,
  number: string,
  name: string,
  ms: number,
  at: { t?: number; offline?: string },
) => {
  const t = String(SECOND / 1000 + (at.t ?? 0))
  const attrs = { id: name, from: `${number}@s.whatsapp.net`, type: 'text', t, offline: at.offline }
  const facts = readStanza(attrs, { pn: '15550001111@s.whatsapp.net', lid: undefined })
  if (!facts) throw new Error('the stanza is no message')
  const conversation: proto.IMessage = { conversation: name }
  const late = { ...ctx, clock: { ...ctx.clock, nowMs: () => SECOND + ms } }
  const stored = await storeMessage(late, threads, device, facts, conversation)
  return stored?.message.conversationId ?? 0
}

/** A message of ours, at a time of that second. */
const sentFromHere = (conversationId: number, messageId: string, ms: number) => {
  const timestamp = isoTime(SECOND + ms)
  const facts = { tenantId: device.tenantId, deviceId: device.id, conversationId, messageId, timestamp }
  const at = threadTime(SECOND + ms, messageId)
  const state = { direction: 'out', kind: 'text', status: 'accepted', rank: STATUS_RANK.accepted } as const
  return recordOutbound(ctx, { ...facts, ...state, chat: 'x', isGroup: false, source: 'api', at })
}

/** The names in the order of the thread. */
const threadOf = async (conversationId: number): Promise<string[]> => {
  const { items } = await listMessages(ctx, device.tenantId, conversationId)
  return items.map(({ messageId }) => messageId).reverse()
}

const REDELIVERED = { offline: '0' }

test('what a new task gets of a second comes behind what the one before it stored of it, also through more seconds', async () => {
  const number = '15550002001'
  const killed = task()
  for (const ms of [300, 400, 500]) await came(killed, number, `00${ms / 100}`, ms, {})
  for (const ms of [1010, 1100]) await came(killed, number, `1${ms}`, ms, { t: 1 })
  const next = task()
  // Both of the last ones before the end were stored, but not receipted.
  await came(next, number, '005', 4000, REDELIVERED)
  await came(next, number, '11010', 4000, { ...REDELIVERED, t: 1 })
  await came(next, number, '11100', 4000, { ...REDELIVERED, t: 1 })
  for (const name of ['0120', '0110']) await came(next, number, name, 4001, { ...REDELIVERED, t: 1 })
  const conversationId = await came(next, number, '0001', 4002, { ...REDELIVERED, t: 2 })
  expect(await threadOf(conversationId)).toEqual(['003', '004', '005', '11010', '11100', '0120', '0110', '0001'])
})

test('what was sent from here does not push back what waited, and its place is told from all that came', async () => {
  const number = '15550002002'
  const conversationId = await came(task(), number, 'B', 200, {})
  for (let at = 0; at < 30; at += 1) await sentFromHere(conversationId, `S${at}`, 700 + at)
  await came(task(), number, 'A', 5000, REDELIVERED)
  expect((await threadOf(conversationId)).slice(0, 3)).toEqual(['B', 'A', 'S0'])
})

test('the store is asked once for a conversation whose messages waited, and never for one whose come in time', async () => {
  const number = '15550002003'
  const threads = task()
  await came(threads, number, 'first', 100, {})
  queries = []
  for (const ms of [200, 1200]) await came(threads, number, `live-${ms}`, ms, {})
  expect(queries).toHaveLength(0)
  const waited = [0, 0, 1, 2, 2].map((t, at) => ({ t, name: `waited-${at}` }))
  await Promise.all(waited.map(({ t, name }) => came(threads, number, name, 9000, { t, ...REDELIVERED })))
  expect(queries).toHaveLength(1)
  // The connection was away again: another task may have had the device meanwhile.
  await came(threads, number, 'away-again', 30_000, { t: 20, ...REDELIVERED })
  expect(queries).toHaveLength(2)
})
