import { describe, expect, test } from 'vitest'
import type { Conversation, Message } from './api.ts'
import { blank } from './blank.ts'
import { firstUnreadOf, itemsOf } from './items.ts'
import { appendRows, placeRow } from './list-cache.ts'
import { claims, type Pending } from './pending.ts'
import { changeMessage, mergeMessages, prependMessages } from './thread-cache.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 10, 0, second)).toISOString()

const message = (id: string, second: number, more: Partial<Message> = {}): Message => ({
  ...blank(),
  id,
  wa_message_id: id,
  conversation_id: 1,
  direction: 'in',
  kind: 'text',
  body: id,
  status: 'received',
  sender: { type: 'contact', user_id: null, name: 'Ann', phone: '+1' },
  timestamp: at(second),
  ...more,
})

const own = (id: string, second: number, more: Partial<Message> = {}): Message =>
  message(id, second, {
    direction: 'out',
    status: 'accepted',
    sender: { type: 'user', user_id: 7, name: 'Me', phone: '' },
    ...more,
  })

const row = (id: number, second: number, more: Partial<Conversation> = {}): Conversation => ({
  id,
  device_id: 1,
  device_name: 'Shop',
  device_phone: '',
  inbox_id: null,
  contact_id: id,
  name: `Person ${id}`,
  phone: `+62812000${id}`,
  chat: `${id}@s.whatsapp.net`,
  is_group: false,
  last_message: null,
  last_message_at: at(second),
  unread: 0,
  status: 'open',
  needs_action: false,
  waiting_since: null,
  assigned_to: null,
  created_at: at(0),
  ...more,
})

const pending = (key: string, body: string, known: string[] = []): Pending => ({
  key,
  wish: key,
  conversationId: 1,
  body,
  by: { id: 7, name: 'Me' },
  createdAtMs: 0,
  known: new Set(known),
  state: 'sending',
})

describe('the list', () => {
  const data = { rows: [row(3, 30), row(2, 20), row(1, 10)], next: undefined }
  const ids = (list: { rows: readonly Conversation[] }) => list.rows.map(({ id }) => id)

  test('moves a conversation up for its newest message, and takes a new one in', () => {
    expect(ids(placeRow(data, row(1, 40), { status: 'open' }))).toEqual([1, 3, 2])
    expect(ids(placeRow(data, row(9, 25), { status: 'open' }))).toEqual([3, 9, 2, 1])
    expect(ids(placeRow(data, row(9, 5), { status: 'open' }))).toEqual([3, 2, 1, 9])
  })

  test('leaves to the next page what comes after its end', () => {
    expect(ids(placeRow({ ...data, next: 'c' }, row(9, 5), { status: 'open' }))).toEqual([3, 2, 1])
  })

  test('has only what its filters let in; what was read stays where it is shown', () => {
    expect(ids(placeRow(data, row(2, 20, { status: 'solved' }), { status: 'open' }))).toEqual([3, 1])
    expect(ids(placeRow(data, row(9, 50, { device_id: 2 }), { status: 'open', device: '1' }))).toEqual([3, 2, 1])
    expect(ids(placeRow(data, row(9, 50), { status: 'open', unread: true }))).toEqual([3, 2, 1])
    expect(ids(placeRow(data, row(2, 20, { unread: 0 }), { status: 'open', unread: true }))).toEqual([3, 2, 1])
    expect(ids(placeRow(data, row(9, 50, { name: 'Zoë' }), { status: 'open', search: 'zoe' }))).toEqual([9, 3, 2, 1])
    expect(ids(placeRow(data, row(9, 50), { status: 'open', search: 'nobody' }))).toEqual([3, 2, 1])
  })

  test('has nothing twice when a page follows', () => {
    expect(ids(appendRows(data, [row(1, 10), row(0, 5)], undefined))).toEqual([3, 2, 1, 0])
  })
})

describe('the thread', () => {
  const known = [message('a', 1), own('b', 2, { status: 'read' }), message('c', 3)]

  test('takes each message once, in its place by time', () => {
    const merged = mergeMessages(known, [message('d', 4), message('ab', 1), message('c', 3, { body: 'edited' })])
    expect(merged.map(({ id }) => id)).toEqual(['a', 'ab', 'b', 'c', 'd'])
    expect(merged[3]?.body).toBe('edited')
    expect(prependMessages(known, [message('z', 0), message('a', 1)]).map(({ id }) => id)).toEqual(['z', 'a', 'b', 'c'])
  })

  test('is not lowered by what was read before an event told more', () => {
    expect(mergeMessages(known, [own('b', 2, { status: 'sent' })])[1]?.status).toBe('read')
  })

  test('stays the same when a message is not there', () => {
    const data = { messages: known, hasOlder: false, readAt: at(0) }
    expect(changeMessage(data, 'x', () => ({ body: 'y' }))).toBe(data)
    expect(changeMessage(data, 'a', () => ({ body: 'y' })).messages[0]?.body).toBe('y')
  })
})

describe('what is sent just now', () => {
  test('is not drawn beside the message it became, whichever of event and answer is first', () => {
    const queue = [pending('p1', 'hi'), pending('p2', 'hi')]
    const one = [message('a', 1), own('x', 2, { body: 'hi' })]
    const keys = (messages: Message[]) => itemsOf(messages, queue, new Map(), undefined).map(({ key }) => key)
    expect(keys([message('a', 1)]).slice(1)).toEqual(['a', 'p1', 'p2'])
    expect(keys(one).slice(1)).toEqual(['a', 'p1', 'p2'])
    expect(keys([...one, own('y', 3, { body: 'hi' })]).slice(1)).toEqual(['a', 'p1', 'p2'])
  })

  test('is no message of the same words that was there before, or of somebody else', () => {
    const before = own('x', 2, { body: 'hi' })
    expect(claims([before], [pending('p', 'hi', ['x'])]).byKey.size).toBe(0)
    const other = own('y', 2, { body: 'hi', sender: { type: 'user', user_id: 8, name: 'Bea', phone: '' } })
    expect(claims([other], [pending('p', 'hi')]).byKey.size).toBe(0)
  })
})

test('the thread is marked where the unread messages begin, and grouped by writer and minute', () => {
  const messages = [message('a', 1), message('b', 2), own('c', 3), message('d', 70)]
  expect(firstUnreadOf(messages, 2)).toBe('b')
  expect(firstUnreadOf(messages, 0)).toBeUndefined()
  const items = itemsOf(messages, [], new Map(), 'd')
  expect(items.map(({ type }) => type)).toEqual(['day', 'message', 'message', 'message', 'unread', 'message'])
  const groups = items.flatMap((item) => (item.type === 'message' ? [[item.first, item.last]] : []))
  expect(groups).toEqual([
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ])
})
