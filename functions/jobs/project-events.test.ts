import { marshall } from '@aws-sdk/util-dynamodb'
import { beforeEach, expect, test } from 'vitest'
import { outboxAttribute } from '#data/outbox.ts'
import type { Delivery } from '#domains/deliveries/model.ts'
import { messageReceived } from '#domains/messages/events.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import type { StreamRecord } from './_projection.ts'
import { type BusEntry, type ProjectionPort, projectBatch } from './project-events.ts'

const quiet = (): void => {}
const ctx = { log: { debug: quiet, info: quiet, warn: quiet, error: quiet } } as unknown as Context

let queued: Delivery[]
let put: BusEntry[]

const port = (changes: Partial<ProjectionPort> = {}): ProjectionPort => ({
  fanOut: async (_, event) => [{ endpoint: { kind: 'device', tenantId: event.tenantId, deviceId: 'd1' }, event }],
  queue: async (deliveries) => void queued.push(...deliveries),
  putEvents: async (entries) => void put.push(...entries),
  ...changes,
})

const record = (messageId: string, count = 1): StreamRecord => ({
  dynamodb: {
    NewImage: marshall({
      pk: 'C#org_1#12',
      sk: `M#${messageId}`,
      tenantId: 'org_1',
      messageId,
      direction: 'in',
      kind: 'text',
      status: 'received',
      chat: '1@s.whatsapp.net',
      isGroup: false,
      source: 'contact',
      timestamp: '2026-06-21T08:15:00.000Z',
      ...outboxAttribute(Array.from({ length: count }, () => raise(messageReceived, 1))),
    }),
  },
})

const broken: StreamRecord = { dynamodb: { NewImage: marshall({ pk: 'p', sk: 's', ev: 'no json' }) } }
const idsOf = (entries: BusEntry[]): unknown[] =>
  entries.map(({ detail }) => (detail as { data?: { messageId?: string } }).data?.messageId)

beforeEach(() => {
  queued = []
  put = []
})

test('events go to the bus and their deliveries to the queue, both in the order of the stream', async () => {
  const entries = await projectBatch(ctx, [record('A'), record('B'), record('C')], port())
  expect(idsOf(entries)).toEqual(['A', 'B', 'C'])
  expect(queued.map(({ event }) => event.data.messageId)).toEqual(['A', 'B', 'C'])
  expect(put).toEqual([])
})

test('more events than the bus takes at once from the pipe are put there before, none is lost', async () => {
  const entries = await projectBatch(ctx, [record('A', 3), ...'BCDEFGHIJ'.split('').map((id) => record(id, 2))], port())
  expect(entries).toHaveLength(10)
  expect(idsOf([...put, ...entries])).toEqual([...'AAABBCCDDEEFFGGHHIIJJ'])
})

test('a record that gives no event is announced and passed by', async () => {
  const entries = await projectBatch(ctx, [record('A'), broken, record('B')], port())
  expect(entries.map(({ detailType }) => detailType)).toEqual([
    'message.received',
    'event.unprojectable',
    'message.received',
  ])
  expect(queued).toHaveLength(2)
})

test('when deliveries cannot be queued, the batch comes again: nothing has left for the bus', async () => {
  const queue = async (): Promise<void> => {
    throw new Error('queue is away')
  }
  await expect(projectBatch(ctx, [record('A', 20)], port({ queue }))).rejects.toThrow('away')
  expect(put).toEqual([])
})

test('no webhook, no call to the queue', async () => {
  const queue = async (): Promise<void> => {
    throw new Error('not expected')
  }
  const fanOut = async (): Promise<Delivery[]> => []
  expect(await projectBatch(ctx, [record('A')], port({ fanOut, queue }))).toHaveLength(1)
})
