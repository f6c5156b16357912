import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { readOutbox } from '#data/outbox.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'
import { type Conversation, conversationKey } from '../conversations/model.ts'
import { markConversationRead } from '../conversations/read.ts'
import { makeThreads } from '../conversations/threads.ts'
import { newestMessage, requireMessage } from './known-message.ts'
import { type Chat, type ChatChange, chatKey } from './model.ts'
import { findChat, findLabel, mergeChat, recordChatChange, recordHistoryChat, recordLabel } from './repo.ts'
import { forgetChats, isSynchronised, noteSynchronised } from './synchronised.ts'

const PN = '15550009001@s.whatsapp.net'
const LID = '7700@lid'

let ctx: DomainContext
let serial = 0
let place = { tenantId: 'org_chats', deviceId: '' }

beforeAll(async () => {
  ctx = await domainContext()
})
beforeEach(() => {
  serial += 1
  place = { tenantId: 'org_chats', deviceId: `device-${serial}` }
})
afterAll(() => ctx?.close())

const change = (one: ChatChange, jid = PN, announce = true) =>
  recordChatChange(ctx, place, jid, one, { source: 'phone', announce })
const found = (jid = PN): Promise<Chat | undefined> => findChat(ctx, place.deviceId, jid)
const events = async (jid = PN) => readOutbox((await ctx.main.get(chatKey(place.deviceId, jid))) ?? {})

describe('a chat', () => {
  test('keeps what each change left alone, and announces only what is new', async () => {
    expect(await change({ kind: 'pin', pinned: true })).toBe(true)
    expect(await events()).toMatchObject([{ type: 'chat.changed', facts: { change: 'pin', source: 'phone' } }])
    await change({ kind: 'mute', mutedUntil: -1 })
    await change({ kind: 'label', labelId: '1', applied: true })
    await change({ kind: 'label', labelId: '2', applied: true })
    await change({ kind: 'label', labelId: '1', applied: false })
    expect(await change({ kind: 'pin', pinned: true })).toBe(false)
    expect(await found()).toMatchObject({ pinned: true, mutedUntil: -1, labels: ['2'], archived: false })
  })

  test('that nobody changed is not stored', async () => {
    expect(await change({ kind: 'archive', archived: false })).toBe(false)
    expect(await found()).toBeUndefined()
  })

  test('is bare after its deletion, and comes back with the next change', async () => {
    await change({ kind: 'pin', pinned: true })
    await change({ kind: 'delete' })
    expect(await found()).toMatchObject({ pinned: false, deletedAt: expect.any(String) })
    await change({ kind: 'archive', archived: true })
    expect(await found()).toMatchObject({ archived: true })
    expect(await found()).not.toHaveProperty('deletedAt')
  })

  test('that history names keeps what app state has told', async () => {
    await change({ kind: 'mute', mutedUntil: 99 })
    await recordHistoryChat(ctx, place, { jid: PN, name: 'Ann', pinned: true, mutedUntil: 0 })
    expect(await found()).toMatchObject({ name: 'Ann', mutedUntil: 99, pinned: false })
    await recordHistoryChat(ctx, place, { jid: LID, archived: true })
    expect(await found(LID)).toMatchObject({ archived: true, pinned: false, labels: [] })
  })

  test('of a LID becomes the one of the phone number; the newer state stays', async () => {
    await change({ kind: 'pin', pinned: true }, LID)
    await mergeChat(ctx, place, LID, PN)
    expect(await found()).toMatchObject({ jid: PN, pinned: true })
    expect(await found(LID)).toBeUndefined()
    await change({ kind: 'archive', archived: true }, LID)
    ctx.clock.advance(1000)
    await change({ kind: 'pin', pinned: false })
    await mergeChat(ctx, place, LID, PN)
    expect(await found()).toMatchObject({ pinned: false })
    expect(await found(LID)).toBeUndefined()
  })
})

test('a label is made, renamed and deleted; an unknown one is not deleted', async () => {
  const label = (more: Parameters<typeof recordLabel>[2]) => recordLabel(ctx, place, more, { source: 'api' })
  expect(await label({ labelId: '9', deleted: true })).toBe(false)
  expect(await label({ labelId: '9', name: 'Lead', color: 2 })).toBe(true)
  expect(await label({ labelId: '9', name: 'Lead', color: 2 })).toBe(false)
  expect(await label({ labelId: '9', color: 3 })).toBe(true)
  expect(await findLabel(ctx, place.deviceId, '9')).toMatchObject({ name: 'Lead', color: 3 })
  await label({ labelId: '9', deleted: true })
  expect(await findLabel(ctx, place.deviceId, '9')).toBeUndefined()
})

test('the chat list of a login that ended is forgotten, and only that one', async () => {
  await change({ kind: 'pin', pinned: true })
  await noteSynchronised(ctx, place)
  const other = { ...place, deviceId: `${place.deviceId}-other` }
  await recordHistoryChat(ctx, other, { jid: PN })
  await forgetChats(ctx, place.deviceId)
  expect(await found()).toBeUndefined()
  expect(await isSynchronised(ctx, place.deviceId)).toBe(false)
  expect(await findChat(ctx, other.deviceId, PN)).toBeDefined()
})

describe('messages of a chat', () => {
  const threads = () => makeThreads(makeCounters(ctx.main))
  const device = () => ({ id: place.deviceId, tenantId: place.tenantId })

  test('are known by their chat and device', async () => {
    await storeMessage(ctx, place, PN, { messageId: 'A1' })
    expect(await requireMessage(ctx, threads(), device(), PN, 'A1')).toMatchObject({ messageId: 'A1' })
    for (const [jid, id] of [
      [PN, 'A2'],
      ['15550009002@s.whatsapp.net', 'A1'],
    ] as const) {
      await expect(requireMessage(ctx, threads(), device(), jid, id)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  test('the newest is one that WhatsApp has', async () => {
    expect(await newestMessage(ctx, threads(), device(), PN)).toBeUndefined()
    await storeMessage(ctx, place, PN, { messageId: 'B1', at: '000000000000001#B1' })
    await storeMessage(ctx, place, PN, {
      messageId: 'B2',
      at: '000000000000002#B2',
      direction: 'out',
      status: 'failed',
    })
    expect(await newestMessage(ctx, threads(), device(), PN)).toMatchObject({ messageId: 'B1', fromMe: false })
  })

  test('are counted down to what came after those that were read', async () => {
    const ids = ['C1', 'C2', 'C3', 'C4']
    let ref = { tenantId: place.tenantId, conversationId: 0 }
    for (const [at, messageId] of ids.entries()) {
      const { conversationId } = await storeMessage(ctx, place, PN, {
        messageId,
        at: `00000000000001${at}#${messageId}`,
      })
      ref = { ...ref, conversationId }
    }
    const key = conversationKey(ref.tenantId, ref.conversationId)
    const unread = async () => (await ctx.main.get<Conversation>(key))?.unreadCount
    expect(await unread()).toBe(4)
    await markConversationRead(ctx, ref, ['UNKNOWN'], 'api')
    expect(await unread()).toBe(4)
    await markConversationRead(ctx, ref, ['C1', 'C2'], 'api')
    expect(await unread()).toBe(2)
    expect(readOutbox((await ctx.main.get(key)) ?? {})).toMatchObject([{ type: 'conversation.read' }])
    await Promise.all([
      storeMessage(ctx, place, PN, { messageId: 'C5', at: '000000000000019#C5' }),
      markConversationRead(ctx, ref, ['C4'], 'phone'),
    ])
    expect(await unread()).toBe(1)
    await markConversationRead(ctx, ref, 'all', 'phone')
    expect(await unread()).toBe(0)
  })

  test('that arrive all the time leave none unread when all are read, and an error to be repeated when some are', async () => {
    const { conversationId } = await storeMessage(ctx, place, PN, { messageId: 'D1', at: '000000000000021#D1' })
    const ref = { tenantId: place.tenantId, conversationId }
    const key = conversationKey(ref.tenantId, ref.conversationId)
    let tries = 0
    const update: typeof ctx.main.update = async (...args) => {
      tries += 1
      await ctx.main.update(key, { add: { unreadCount: 1 } })
      return ctx.main.update(...args)
    }
    const busy = { ...ctx, main: { ...ctx.main, update } }
    await expect(markConversationRead(busy, ref, ['D1'], 'phone')).rejects.toMatchObject({ code: 'try_again' })
    expect(tries).toBeGreaterThan(5)
    await markConversationRead(busy, ref, 'all', 'api')
    expect((await ctx.main.get<Conversation>(key))?.unreadCount).toBe(0)
  })
})
