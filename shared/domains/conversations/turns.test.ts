import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { readOutbox } from '#data/outbox.ts'
import { isoTime } from '#kit/clock.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'
import { createRoleWrite, createUserWrites } from '../users/repo.ts'
import { changeStatus, findConversation } from './change-status.ts'
import { type Conversation, conversationKey, type Mover } from './model.ts'
import { makeThreads } from './threads.ts'
import { takeTurn } from './turns.ts'

const place = { tenantId: 'org_turns', deviceId: 'd1' }
const AGENT = { kind: 'user', id: 7 } as const

let ctx: DomainContext
let people = 0
let jid: string
let conversationId: number

beforeAll(async () => {
  ctx = await domainContext()
  const now = isoTime(ctx.clock.nowMs())
  const role = { id: 1, tenantId: place.tenantId, name: 'Agent', system: true, capabilities: [], createdAt: now }
  const user = { email: 'a@example.com', name: 'Ann', roleId: 1, state: 'ACTIVE', presence: 'OFFLINE' } as const
  const more = { inboxIds: [], tokenVersion: 1, createdAt: now, updatedAt: now }
  await ctx.main.transact([
    createRoleWrite(role),
    ...createUserWrites({ id: AGENT.id, tenantId: place.tenantId, ...user, ...more }),
  ])
})
beforeEach(async () => {
  people += 1
  jid = `1555100${String(people).padStart(4, '0')}@s.whatsapp.net`
  conversationId = (await makeThreads(makeCounters(ctx.main)).resolve(ctx, place, { pn: jid })).conversationId
  ctx.clock.advance(1000)
})
afterAll(() => ctx?.close())

const now = async (): Promise<Conversation> => {
  const found = await findConversation(ctx, place.tenantId, conversationId)
  if (!found) throw new Error('the conversation is gone')
  return found
}

const events = async () =>
  readOutbox((await ctx.main.get(conversationKey(place.tenantId, conversationId))) ?? {}).map(({ type, facts }) => ({
    type,
    ...facts,
  }))

let messages = 0
const arrives = (more: Parameters<typeof storeMessage>[3] | object = {}) => {
  messages += 1
  return storeMessage(ctx, place, jid, { messageId: `IN${messages}`, ...more })
}

const goesOut = (by: Mover) => {
  messages += 1
  const at = isoTime(ctx.clock.nowMs())
  const last = {
    messageId: `OUT${messages}`,
    direction: 'out',
    kind: 'text',
    text: 'ours',
    at,
    status: 'accepted',
  } as const
  return takeTurn(ctx, { tenantId: place.tenantId, conversationId, chat: jid, last, by })
}

const episodes = async () =>
  (await ctx.main.query<Record<string, unknown>>({ pk: `C#${place.tenantId}#${conversationId}`, prefix: 'EP#' })).items

test('the first message opens a case, later ones count', async () => {
  expect(await now()).toMatchObject({ status: 'CLOSED', version: 0 })
  const first = await arrives()
  expect(await now()).toMatchObject({
    status: 'OPEN',
    version: 1,
    unreadCount: 1,
    needsAction: true,
    waitingSince: first.timestamp,
    lastMessage: { messageId: first.messageId },
    episode: { number: 1, origin: 'INBOUND' },
    gsi1pk: `L#${place.tenantId}#0#open`,
    gsi1sk: `${first.timestamp}#${String(conversationId).padStart(10, '0')}`,
  })
  expect(await events()).toMatchObject([
    { type: 'conversation.status_changed', from: 'CLOSED', to: 'OPEN', cause: 'inbound', actor: { kind: 'contact' } },
  ])
  expect(await episodes()).toMatchObject([{ number: 1, openedAt: isoTime(ctx.clock.nowMs()) }])
  ctx.clock.advance(5000)
  await arrives()
  expect(await now()).toMatchObject({ version: 1, unreadCount: 2, waitingSince: first.timestamp })
  expect(await events()).toEqual([])
})

test('what is only about another message opens and counts nothing', async () => {
  await arrives({ kind: 'reaction', payload: { targetId: 'X' } })
  await arrives({ kind: 'poll', payload: { vote: true } })
  await arrives({ kind: 'system' })
  expect(await now()).toMatchObject({ status: 'CLOSED', unreadCount: 0 })
})

test('a message stored before changes nothing the second time', async () => {
  const message = await arrives()
  await arrives({ messageId: message.messageId })
  expect((await now()).unreadCount).toBe(1)
})

test('a user’s answer takes the case, clears what waits and notes when he first wrote', async () => {
  await arrives()
  ctx.clock.advance(60_000)
  await goesOut(AGENT)
  const answered = isoTime(ctx.clock.nowMs())
  expect(await now()).toMatchObject({
    status: 'HUMAN_HANDLING',
    assigneeId: AGENT.id,
    unreadCount: 0,
    needsAction: false,
    firstHumanResponseAt: answered,
  })
  expect(await now()).not.toHaveProperty('waitingSince')
  ctx.clock.advance(60_000)
  await goesOut(AGENT)
  expect(await now()).toMatchObject({ version: 2, firstHumanResponseAt: answered })
})

test('a message of an API credential or of the own phone is an answer, and assigns nobody', async () => {
  await arrives()
  for (const kind of ['key', 'phone'] as const) {
    ctx.clock.advance(1000)
    await arrives()
    await goesOut({ kind })
    expect(await now(), kind).toMatchObject({ status: 'OPEN', needsAction: false })
    expect(await now(), kind).not.toHaveProperty('waitingSince')
    expect(await now(), kind).not.toHaveProperty('assigneeId')
  }
})

test('the own phone writes first: nothing is opened, and the answer opens it', async () => {
  await arrives({ direction: 'out' })
  expect(await now()).toMatchObject({
    status: 'CLOSED',
    lastMessage: { direction: 'out' },
    gsi1pk: `L#${place.tenantId}#0#closed`,
  })
  expect(await episodes()).toEqual([])
  await arrives()
  expect(await now()).toMatchObject({ status: 'OPEN', unreadCount: 1 })
})

test('who writes first waits for the other side, whose answer comes back to him', async () => {
  await goesOut(AGENT)
  expect(await now()).toMatchObject({
    status: 'WAITING_FOR_CUSTOMER',
    assigneeId: AGENT.id,
    episode: { origin: 'AGENT' },
  })
  await goesOut({ kind: 'key' })
  expect((await now()).version).toBe(1)
  await arrives()
  expect(await now()).toMatchObject({ status: 'HUMAN_HANDLING', assigneeId: AGENT.id, unreadCount: 1, version: 2 })
})

test('after a send of an API credential the answer is for everybody', async () => {
  await goesOut({ kind: 'key' })
  expect(await now()).toMatchObject({ status: 'WAITING_FOR_CUSTOMER', episode: { origin: 'API' } })
  await arrives()
  expect(await now()).toMatchObject({ status: 'OPEN' })
})

test('closing ends the episode; the next message reopens it for the same person, later ones begin a new one', async () => {
  await arrives()
  await goesOut(AGENT)
  const closed = await changeStatus(ctx, await now(), 'closed', AGENT)
  expect(closed).toMatchObject({
    status: 'CLOSED',
    unreadCount: 0,
    closedBy: AGENT,
    gsi1pk: `L#${place.tenantId}#0#closed`,
  })
  expect(await episodes()).toMatchObject([{ number: 1, closedBy: AGENT, resolution: 'SOLVED', assigneeId: AGENT.id }])
  const { version } = await changeStatus(ctx, closed, 'closed', AGENT)
  expect(version).toBe(closed.version)
  ctx.clock.advance(29 * 60_000)
  await arrives()
  expect(await now()).toMatchObject({ status: 'HUMAN_HANDLING', assigneeId: AGENT.id, episode: { number: 1 } })
  expect(await now()).not.toHaveProperty('closedAt')
  expect((await episodes())[0]).not.toHaveProperty('closedAt')
  await changeStatus(ctx, await now(), 'closed', AGENT)
  ctx.clock.advance(31 * 60_000)
  await arrives()
  expect(await now()).toMatchObject({ status: 'OPEN', episode: { number: 2 } })
  expect(await now()).not.toHaveProperty('assigneeId')
  expect(await now()).not.toHaveProperty('firstHumanResponseAt')
  expect(await episodes()).toHaveLength(2)
})

test('where the state stays, a message costs one write of the conversation, and no read', async () => {
  await arrives()
  await goesOut(AGENT)
  const spies = (['update', 'transact', 'put', 'get'] as const).map((name) => vi.spyOn(ctx.main, name))
  const calls = () => spies.map(({ mock }) => mock.calls.length)
  for (const by of [AGENT, { kind: 'key' }, { kind: 'phone' }] as const) await goesOut(by)
  expect(calls()).toEqual([3, 0, 0, 0])
  await arrives()
  expect(calls().slice(0, 3)).toEqual([3, 1, 0])
  expect(spies[1]?.mock.calls[0]?.[0]).toHaveLength(2)
  for (const spy of spies) spy.mockRestore()
})

test('of a close and messages at the same moment none is lost', async () => {
  await arrives()
  const seen = await now()
  await Promise.all([
    ...Array.from({ length: 6 }, () => arrives()),
    changeStatus(ctx, seen, 'closed', AGENT).catch(() => undefined),
  ])
  const { status, unreadCount, episode } = await now()
  const found = await ctx.main.query({ pk: `C#${place.tenantId}#${conversationId}`, prefix: 'M#' })
  expect(found.items).toHaveLength(7)
  expect(unreadCount).toBeLessThanOrEqual(7)
  // Messages after the close have opened it again.
  if (status === 'CLOSED') expect(unreadCount).toBe(0)
  else expect(unreadCount).toBeGreaterThan(0)
  expect(await episodes()).toHaveLength(episode?.number ?? 0)
})

test('a late message counts, but the newest stays the newest', async () => {
  const newest = await arrives()
  const timestamp = isoTime(ctx.clock.nowMs() - 3_600_000)
  await arrives({ timestamp })
  expect(await now()).toMatchObject({ unreadCount: 2, lastMessage: { messageId: newest.messageId } })
})

test('a chat that is none of the inbox is in no list and has no case', async () => {
  const jid = 'status@broadcast'
  const { conversationId: id } = await storeMessage(ctx, place, '120363000000000001@g.us', {
    messageId: 'S1',
    chat: jid,
  })
  expect(await findConversation(ctx, place.tenantId, id)).toMatchObject({ status: 'CLOSED', unreadCount: 1 })
})
