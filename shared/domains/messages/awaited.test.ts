import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Key } from '#data/expressions.ts'
import { readOutbox } from '#data/outbox.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { incoming } from '#test/harness/incoming.ts'
import { recordStar } from '../chats/repo.ts'
import { mergeConversations } from '../conversations/merge.ts'
import { type Conversation, conversationKey } from '../conversations/model.ts'
import { applyToTarget } from './apply.ts'
import { type Message, messageKey, STATUS_RANK } from './model.ts'
import { raiseStatus } from './receipts.ts'
import {
  failMessage,
  findMessage,
  findStatus,
  listMessages,
  recordHistoric,
  recordOutbound,
  statusesOf,
} from './repo.ts'

const place = { tenantId: 'org_awaited', deviceId: 'd1' }
const sender = incoming(place)

let ctx: DomainContext
let conversationId: number

beforeAll(async () => {
  ctx = await domainContext()
})
beforeEach(async () => {
  conversationId = await newConversation()
})
afterAll(() => ctx?.close())

const newConversation = (): Promise<number> => sender.conversation(ctx)

const messageOf = (more: Partial<Message>): Message => sender.message(ctx, conversationId, more)

const arrives = async (more: Partial<Message>, on = ctx): Promise<boolean> =>
  sender.store(on, await applyToTarget(on, messageOf(more)))

const reaction = (targetId: string, text: string, more: Partial<Message> = {}): Partial<Message> => ({
  kind: 'reaction',
  text,
  payload: { targetId },
  ...more,
})

const ref = (messageId: string) => ({ tenantId: place.tenantId, conversationId, messageId })
const found = (messageId: string) => findMessage(ctx, ref(messageId))
const row = () => ctx.main.get<Conversation>(conversationKey(place.tenantId, conversationId))
const emojis = (message: Message | undefined): string[] => (message?.reactions ?? []).map(({ emoji }) => emoji)

/** What lies in a conversation and is neither itself nor a message of the thread. */
const leftOver = async (id = conversationId): Promise<Key[]> => {
  const { pk } = conversationKey(place.tenantId, id)
  return (await ctx.main.query<Key>({ pk, prefix: 'W#', limit: 500 })).items
}

test('a place that is kept is no message to anybody', async () => {
  await arrives(reaction('T', '👍'))
  expect(await found('T')).toBeUndefined()
  expect(await findStatus(ctx, ref('T'))).toBeUndefined()
  expect(await statusesOf(ctx, [ref('T')])).toEqual(new Map())
  expect(await raiseStatus(ctx, ref('T'), 'read', {}, { expected: 'sent' })).toBe('missing')
  expect(await failMessage(ctx, ref('T'), { code: 'send_failed', message: 'x' })).toBe(false)
  await recordStar(ctx, ref('T'), true, { source: 'phone' })
  const kept = await ctx.main.get(messageKey(place.tenantId, conversationId, 'T'))
  expect(readOutbox(kept ?? {})).toEqual([])
  const { items } = await listMessages(ctx, place.tenantId, conversationId)
  expect(items.map(({ kind }) => kind)).toEqual(['reaction'])
  // Nor does what is about it show in the list, or count.
  expect(await row()).not.toHaveProperty('lastMessage')
  expect((await row())?.unreadCount).toBe(0)
})

test('a message that finds its place kept is announced once, whole, and nothing goes on waiting', async () => {
  await arrives(reaction('T', '👍'))
  await arrives({ kind: 'edit', text: 'second', payload: { targetId: 'T' } })
  expect(await arrives({ messageId: 'T', text: 'first' })).toBe(true)
  const stored = await found('T')
  expect(stored).toMatchObject({ text: 'second', reactions: [{ emoji: '👍' }] })
  expect(stored).not.toHaveProperty('awaited')
  expect(readOutbox(stored as never).map(({ type }) => type)).toEqual(['message.received'])
  expect(await row()).toMatchObject({ unreadCount: 1, lastMessage: { messageId: 'T', text: 'second' } })
  expect(await leftOver()).toEqual([])
  expect(await arrives({ messageId: 'T', text: 'first' })).toBe(false)
  expect(await found('T')).toEqual(stored)
})

test('an own message that is answered before it is stored is stored, sent and with its answer', async () => {
  const message = messageOf({ messageId: 'T', direction: 'out', status: 'accepted', rank: STATUS_RANK.accepted })
  await arrives(reaction('T', '👍'))
  expect(await recordOutbound(ctx, message)).toBe(true)
  expect(await recordOutbound(ctx, message)).toBe(false)
  expect(await raiseStatus(ctx, ref('T'), 'sent', { sent: 1 }, { expected: 'accepted' })).toBe('done')
  expect(await found('T')).toMatchObject({ status: 'sent', reactions: [{ emoji: '👍' }] })
})

test('nothing is lost or doubled when the message and what is about it are written at the same time', async () => {
  const phones = Array.from({ length: 12 }, (_, at) => `1555399${String(at).padStart(4, '0')}`)
  const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      const isDone = await work().then(
        () => true,
        () => false,
      )
      if (isDone) return
    }
  }
  const said = phones.map(
    (phone) => () => arrives(reaction('T', '👍', { phone, isGroup: true, messageId: `R${phone}` })),
  )
  await Promise.all([
    ...said.slice(0, 6).map(untilDone),
    untilDone(() => arrives({ messageId: 'T', text: 'first', isGroup: true })),
    ...said.slice(6).map(untilDone),
  ])
  const stored = await found('T')
  expect((stored?.reactions ?? []).map(({ by }) => by.phone).sort()).toEqual(phones)
  expect(await leftOver()).toEqual([])
}, 30_000)

test('a message that history brings has what waited for it, and tells nothing', async () => {
  await arrives(reaction('T', '👍'))
  const historic = messageOf({ messageId: 'T', text: 'first', history: true })
  expect(await recordHistoric(ctx, historic)).toBe(true)
  expect(await recordHistoric(ctx, historic)).toBe(false)
  const stored = await found('T')
  expect(emojis(stored)).toEqual(['👍'])
  expect(readOutbox(stored as never)).toEqual([])
  expect((await row())?.unreadCount).toBe(0)
  expect(await leftOver()).toEqual([])
})

test('more than a transaction takes may wait', async () => {
  const phones = Array.from({ length: 110 }, (_, at) => `1555398${String(at).padStart(4, '0')}`)
  for (const phone of phones) await applyToTarget(ctx, messageOf(reaction('T', '👍', { phone, isGroup: true })))
  expect(await leftOver()).toHaveLength(110)
  await arrives({ messageId: 'T', text: 'first', isGroup: true })
  expect((await found('T'))?.reactions).toHaveLength(110)
  expect(await leftOver()).toEqual([])
}, 30_000)

test.each([
  ['before anything of the message is stored', 0],
  ['with the message', 1],
])('an interruption %s leaves all as it was, and the repetition completes it', async (_when, writes) => {
  await arrives(reaction('T', '👍'))
  let left = writes
  const transact: typeof ctx.main.transact = (...all) => {
    left -= 1
    if (left < 0) throw new Error('killed')
    return ctx.main.transact(...all)
  }
  const dying = { ...ctx, main: { ...ctx.main, transact } }
  await expect(arrives({ messageId: 'T', text: 'first' }, dying)).rejects.toThrow('killed')
  expect(await leftOver()).toHaveLength(1)
  expect(await arrives({ messageId: 'T', text: 'first' })).toBe(true)
  expect(emojis(await found('T'))).toEqual(['👍'])
  expect(await row()).toMatchObject({ unreadCount: 1 })
  expect(await leftOver()).toEqual([])
})

test('what is about a message of another conversation does not change this one', async () => {
  await arrives(reaction('T', '👍'))
  const before = conversationId
  conversationId = await newConversation()
  await arrives({ messageId: 'T', text: 'first' })
  expect(emojis(await found('T'))).toEqual([])
  expect(await leftOver(before)).toHaveLength(1)
})

test('an id that begins with another one has its own', async () => {
  await arrives(reaction('T#1', '👍'))
  await arrives(reaction('T', '❤️'))
  await arrives({ messageId: 'T', text: 'first' })
  expect(emojis(await found('T'))).toEqual(['❤️'])
  await arrives({ messageId: 'T#1', text: 'first' })
  expect(emojis(await found('T#1'))).toEqual(['👍'])
})

test.each([
  ['message', 'stays', 'reaction', 'goes'],
  ['message', 'goes', 'reaction', 'stays'],
  ['nothing', 'stays', 'reaction', 'goes'],
  ['reaction', 'stays', 'reaction', 'goes'],
] as const)('two conversations become one: the %s in the one that %s, the %s in the one that %s', async (...where) => {
  const ids = { stays: conversationId, goes: await newConversation() }
  const [one, first, , second] = where
  conversationId = ids[second]
  await arrives(reaction('T', '👍'))
  conversationId = ids[first]
  if (one === 'message') await arrives({ messageId: 'T', text: 'first' })
  if (one === 'reaction') await arrives(reaction('T', '❤️', { phone: '15553000002' }))
  await mergeConversations(ctx, { tenantId: place.tenantId, from: ids.goes, into: ids.stays })
  conversationId = ids.stays
  if (one !== 'message') await arrives({ messageId: 'T', text: 'first' })
  expect(emojis(await found('T')).sort()).toEqual(one === 'reaction' ? ['❤️', '👍'].sort() : ['👍'])
  expect([...(await leftOver(ids.stays)), ...(await leftOver(ids.goes))]).toEqual([])
})
