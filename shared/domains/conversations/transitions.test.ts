import { expect, test } from 'vitest'
import { asksForAssignee, onInbound, onOutbound, onRequest, type Seen } from './transitions.ts'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')
const episode = { id: 'ep_1', number: 1, openedAt: '2026-11-20T08:00:00.000Z', origin: 'INBOUND' } as const

const seen = (status: Seen['status'], more: Partial<Seen> = {}): Seen => ({ status, episode, ...more })
const closed = (minutesAgo: number, more: Partial<Seen> = {}): Seen =>
  seen('CLOSED', { closedAt: new Date(NOW - minutesAgo * 60_000).toISOString(), ...more })

test('a message that arrives opens a closed conversation as a new case', () => {
  const opened = { to: 'OPEN', cause: 'inbound', episode: { new: 'INBOUND' }, assigneeId: null }
  expect(onInbound({ status: 'CLOSED' }, NOW, false)).toEqual(opened)
  expect(onInbound(closed(31, { assigneeId: 5 }), NOW, true)).toEqual(opened)
  expect(onInbound(closed(5, { assigneeId: 5 }), NOW, false)).toEqual(opened)
})

test('within half an hour of its end it goes back to who handled it', () => {
  expect(onInbound(closed(30, { assigneeId: 5 }), NOW, true)).toEqual({
    to: 'HUMAN_HANDLING',
    cause: 'inbound',
    episode: 'reopened',
  })
})

test('the answer that was waited for goes to who waits, or to everybody when nobody does any more', () => {
  const waiting = seen('WAITING_FOR_CUSTOMER', { assigneeId: 5 })
  expect(onInbound(waiting, NOW, true)).toMatchObject({ to: 'HUMAN_HANDLING', episode: 'same' })
  expect(onInbound(waiting, NOW, false)).toMatchObject({ to: 'OPEN', episode: 'same', assigneeId: null })
})

test('the person is looked up only where it matters', () => {
  expect(asksForAssignee(seen('WAITING_FOR_CUSTOMER', { assigneeId: 5 }), NOW)).toBe(true)
  expect(asksForAssignee(closed(10, { assigneeId: 5 }), NOW)).toBe(true)
  expect(asksForAssignee(closed(40, { assigneeId: 5 }), NOW)).toBe(false)
  expect(asksForAssignee(closed(10), NOW)).toBe(false)
  expect(asksForAssignee(seen('OPEN', { assigneeId: 5 }), NOW)).toBe(false)
})

test('a message that arrives in an open conversation changes no status', () => {
  for (const status of ['OPEN', 'HUMAN_HANDLING'] as const) expect(onInbound(seen(status), NOW, true)).toBeUndefined()
})

test('who writes first waits for the other side; a user has the case then, an API credential nobody', () => {
  expect(onOutbound({ status: 'CLOSED' }, { kind: 'user', id: 3 })).toEqual({
    to: 'WAITING_FOR_CUSTOMER',
    cause: 'outbound',
    episode: { new: 'AGENT' },
    assigneeId: 3,
  })
  expect(onOutbound(closed(1), { kind: 'key' })).toMatchObject({ episode: { new: 'API' }, assigneeId: null })
})

test('the own phone opens nothing', () => {
  for (const status of ['CLOSED', 'OPEN', 'HUMAN_HANDLING', 'WAITING_FOR_CUSTOMER'] as const) {
    expect(onOutbound(seen(status), { kind: 'phone' })).toBeUndefined()
  }
})

test('a user who answers takes what nobody has; an API credential assigns nobody', () => {
  expect(onOutbound(seen('OPEN'), { kind: 'user', id: 3 })).toMatchObject({ to: 'HUMAN_HANDLING', assigneeId: 3 })
  expect(onOutbound(seen('HUMAN_HANDLING', { assigneeId: 4 }), { kind: 'user', id: 3 })).toBeUndefined()
  expect(onOutbound(seen('WAITING_FOR_CUSTOMER'), { kind: 'user', id: 3 })).toBeUndefined()
  expect(onOutbound(seen('OPEN'), { kind: 'key' })).toBeUndefined()
})

test('closing and reopening by request; the present state changes nothing', () => {
  const user = { kind: 'user', id: 3 } as const
  for (const status of ['OPEN', 'HUMAN_HANDLING', 'WAITING_FOR_CUSTOMER', 'BOT_HANDLING'] as const) {
    expect(onRequest(seen(status), 'closed', user, NOW)).toMatchObject({ to: 'CLOSED', episode: 'ended' })
    expect(onRequest(seen(status), 'open', user, NOW)).toBeUndefined()
  }
  expect(onRequest(closed(1), 'closed', user, NOW)).toBeUndefined()
  expect(onRequest(closed(24 * 60), 'open', user, NOW)).toMatchObject({
    to: 'HUMAN_HANDLING',
    episode: 'reopened',
    assigneeId: 3,
  })
  expect(onRequest(closed(24 * 60 + 1), 'open', user, NOW)).toMatchObject({ episode: { new: 'AGENT' } })
  expect(onRequest(closed(1), 'open', { kind: 'key' }, NOW)).toMatchObject({ to: 'OPEN', assigneeId: null })
  expect(onRequest({ status: 'CLOSED' }, 'open', { kind: 'key' }, NOW)).toMatchObject({ episode: { new: 'API' } })
})
