import { marshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
import { outboxAttribute } from '#data/outbox.ts'
import { messageDelivered, messageRead, messageReceived } from '#domains/messages/events.ts'
import { raise } from '#kit/define-event.ts'
import { projectRecord } from './_projection.ts'

const message = {
  pk: 'C#org_1#12',
  sk: 'M#3EB0AA',
  tenantId: 'org_1',
  deviceId: 'd1',
  conversationId: 12,
  messageId: '3EB0AA',
  direction: 'in',
  kind: 'text',
  status: 'received',
  chat: '1@s.whatsapp.net',
  isGroup: false,
  text: 'hi',
  source: 'contact',
  timestamp: '2026-06-21T08:15:00.000Z',
}

const record = (item: Record<string, unknown>) => ({
  eventID: '1',
  dynamodb: { NewImage: marshall(item, { removeUndefinedValues: true }), SequenceNumber: '42' },
})

test('an item becomes the event it announces, with a stable id', () => {
  const raised = raise(messageReceived, 1_700_000_000_000)
  const stored = record({ ...message, proto: new Uint8Array([1, 2]), ...outboxAttribute([raised]) })
  const [first] = projectRecord(stored)
  expect(first).toMatchObject({
    event: {
      id: raised.id,
      type: 'message.received',
      tenantId: 'org_1',
      deviceId: 'd1',
      conversationId: 12,
      data: { messageId: '3EB0AA', text: 'hi', status: 'received' },
    },
  })
  expect(projectRecord(stored)).toEqual([first])
})

test('one write with several events gives all of them in order, each with its own state', () => {
  const item = { ...message, direction: 'out', status: 'read', deliveredAt: '2026-06-21T08:15:01.000Z' }
  const events = [raise(messageDelivered, 1), raise(messageRead, 1)]
  expect(projectRecord(record({ ...item, ...outboxAttribute(events) }))).toMatchObject([
    { event: { type: 'message.delivered', data: { status: 'delivered', statusAt: '2026-06-21T08:15:01.000Z' } } },
    { event: { type: 'message.read', data: { status: 'read' } } },
  ])
})

test('an item without an outbox gives nothing', () => {
  expect(projectRecord(record(message))).toEqual([])
  expect(projectRecord({})).toEqual([])
})

test.each([
  ['an outbox that is no JSON', { ...message, ev: '{' }],
  ['an unknown type', { ...message, ev: JSON.stringify([{ type: 'no.such', id: 'e', at: 'x' }]) }],
  [
    'an item that lacks what the event says',
    { ...message, chat: 5, isGroup: 'x', tenantId: undefined, ...outboxAttribute([raise(messageReceived, 1)]) },
  ],
])('%s is told apart, without its content', (_, item) => {
  const [result, ...more] = projectRecord(record(item))
  expect(more).toEqual([])
  expect(result).toMatchObject({ unprojectable: { pk: 'C#org_1#12', sk: 'M#3EB0AA', sequence: '42' } })
  expect(JSON.stringify(result)).not.toContain('"hi"')
})

test('a broken entry does not take its neighbour along', () => {
  const ev = JSON.stringify([{ type: 'no.such', id: 'e', at: 'x' }, raise(messageReceived, 1)])
  expect(projectRecord(record({ ...message, ev }))).toMatchObject([
    { unprojectable: { type: 'no.such' } },
    { event: { type: 'message.received' } },
  ])
})
