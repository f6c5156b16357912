import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Key } from '#data/expressions.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { incoming } from '#test/harness/incoming.ts'
import { recordMessageLabel } from '../chats/repo.ts'
import { mergeConversations } from '../conversations/merge.ts'
import { conversationKey } from '../conversations/model.ts'
import { applyToTarget } from './apply.ts'
import { type Message, messageKey } from './model.ts'
import { findMessage } from './repo.ts'

const place = { tenantId: 'org_bounds', deviceId: 'd1' }
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

const arrives = (message: Message): Promise<boolean> => sender.store(ctx, message)

const saidOf = (kind: 'reaction' | 'edit', text: string, more: Partial<Message> = {}): Message =>
  messageOf({ kind, text, payload: { targetId: 'T' }, ...more })

const found = () => findMessage(ctx, { ...place, conversationId, messageId: 'T' })

const waiting = async (id = conversationId): Promise<Key[]> => {
  const { pk } = conversationKey(place.tenantId, id)
  const all: Key[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Key>({ pk, prefix: 'W#', startKey })
    all.push(...page.items)
    startKey = page.next
  } while (startKey)
  return all
}

test('what is stored in a conversation while its place moves into another one has what waited', async () => {
  const into = conversationId
  const from = await newConversation()
  conversationId = from
  await applyToTarget(ctx, saidOf('reaction', '👍'))
  const late = messageOf({ messageId: 'T', text: 'first' })
  let isStored = false
  const transact: typeof ctx.main.transact = async (writes, token) => {
    const moves = writes.some((write) => !('update' in write) && 'remove' in write && write.remove.sk === 'M#T')
    if (moves && !isStored) {
      isStored = true
      expect(await arrives(late)).toBe(true)
    }
    return ctx.main.transact(writes, token)
  }
  await mergeConversations({ ...ctx, main: { ...ctx.main, transact } }, { tenantId: place.tenantId, from, into })
  conversationId = into
  expect(isStored).toBe(true)
  expect((await found())?.reactions).toMatchObject([{ emoji: '👍' }])
  expect(await ctx.main.get(messageKey(place.tenantId, from, 'T'))).toBeUndefined()
})

test('more than a transaction takes may have waited where two conversations become one, and nothing is left', async () => {
  const into = conversationId
  const from = await newConversation()
  const phones = Array.from({ length: 90 }, (_, at) => `1555311${String(at).padStart(4, '0')}`)
  conversationId = from
  for (const phone of phones) await applyToTarget(ctx, saidOf('reaction', '👍', { phone, isGroup: true }))
  conversationId = into
  await arrives(messageOf({ messageId: 'T', text: 'first', isGroup: true }))
  await mergeConversations(ctx, { tenantId: place.tenantId, from, into })
  expect((await found())?.reactions).toHaveLength(90)
  expect([...(await waiting(into)), ...(await waiting(from))]).toEqual([])
}, 30_000)

test('what waits for one message has a limit, whatever is said of an id', async () => {
  const words = 'x'.repeat(65_000)
  for (let at = 0; at < 60; at += 1) await applyToTarget(ctx, saidOf('edit', `${at} ${words}`))
  const kept = await waiting()
  expect(kept.length).toBeGreaterThan(50)
  expect(kept.length).toBeLessThan(56)
  expect(await arrives(messageOf({ messageId: 'T', text: 'first' }))).toBe(true)
  expect(await found()).toMatchObject({ text: `${kept.length - 1} ${words}` })
  expect(await found()).not.toHaveProperty('awaitedBytes')
  expect(await waiting()).toEqual([])
  await applyToTarget(ctx, saidOf('edit', 'last'))
  expect(await found()).toMatchObject({ text: 'last' })
}, 30_000)

test('a large message that much waited for is stored with that, and without its protobuf', async () => {
  const phones = Array.from({ length: 130 }, (_, at) => `1555312${String(at).padStart(4, '0')}`)
  const long = { senderName: '語'.repeat(500), isGroup: true }
  for (const phone of phones) await applyToTarget(ctx, saidOf('reaction', '語'.repeat(500), { phone, ...long }))
  const proto = new Uint8Array(200_000)
  expect(await arrives(messageOf({ messageId: 'T', text: 'first', isGroup: true, proto }))).toBe(true)
  const stored = await found()
  expect(stored).toMatchObject({ text: 'first' })
  expect(stored?.reactions).toHaveLength(130)
  expect(stored).not.toHaveProperty('proto')
}, 30_000)

test('a message whose conversation is still moving gets its label, and not the place that is kept for it', async () => {
  const into = conversationId
  const from = await newConversation()
  await applyToTarget(ctx, saidOf('reaction', '👍'))
  conversationId = from
  await arrives(messageOf({ messageId: 'T', text: 'first' }))
  const transact: typeof ctx.main.transact = async (writes, token) => {
    if (writes.some((write) => !('update' in write) && 'remove' in write)) throw new Error('killed')
    return ctx.main.transact(writes, token)
  }
  const merge = { tenantId: place.tenantId, from, into }
  await expect(mergeConversations({ ...ctx, main: { ...ctx.main, transact } }, merge)).rejects.toThrow('killed')
  conversationId = into
  const ref = { tenantId: place.tenantId, conversationId, messageId: 'T' }
  await recordMessageLabel(ctx, ref, { labelId: '1', applied: true }, { source: 'phone' })
  expect(await found()).toMatchObject({ labels: ['1'] })
  await mergeConversations(ctx, merge)
  expect(await found()).toMatchObject({ conversationId: into, labels: ['1'], reactions: [{ emoji: '👍' }] })
})

test('a deletion that was interrupted before the list shows it is shown when it comes again', async () => {
  await arrives(messageOf({ messageId: 'T', text: 'first' }))
  const deletion = messageOf({ kind: 'revoke', payload: { targetId: 'T' } })
  const key = conversationKey(place.tenantId, conversationId)
  const update: typeof ctx.main.update = async (at, spec) => {
    if (at.sk === key.sk) throw new Error('killed')
    return ctx.main.update(at, spec)
  }
  await expect(applyToTarget({ ...ctx, main: { ...ctx.main, update } }, deletion)).rejects.toThrow('killed')
  expect(await found()).toMatchObject({ revokedAt: deletion.timestamp })
  await applyToTarget(ctx, deletion)
  expect(await ctx.main.get(key)).toMatchObject({ lastMessage: { messageId: 'T', kind: 'revoke', text: '' } })
})
