import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversationKey, listPartition, listPlace } from '#domains/conversations/model.ts'
import { isoTime } from '#kit/clock.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'

const COUNT = 2_000
const BUSY_EVERY = 100

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

/** Conversations as they are stored, written without their messages; every hundredth has something unread. */
const store = async (client: DynamoDBClient): Promise<void> => {
  const startMs = Date.parse('2026-11-01T00:00:00.000Z')
  const items = Array.from({ length: COUNT }, (_, n) => {
    const lastMessageAt = isoTime(startMs + n * 1000)
    const id = n + 1
    return {
      ...conversationKey(tenant.tenantId, id),
      id,
      tenantId: tenant.tenantId,
      deviceId: device.id,
      chat: `1555${String(n).padStart(7, '0')}@s.whatsapp.net`,
      isGroup: false,
      name: `Person ${n}`,
      status: 'OPEN',
      version: 1,
      listShard: n % 2,
      unreadCount: n % BUSY_EVERY === 0 ? 1 : 0,
      lastMessage: {
        messageId: `M${n}`,
        direction: 'in',
        kind: 'text',
        text: `text ${n}`,
        at: lastMessageAt,
        status: 'received',
      },
      lastMessageAt,
      createdAt: lastMessageAt,
      gsi1pk: listPartition(tenant.tenantId, n % 2, 'open'),
      gsi1sk: listPlace(lastMessageAt, id),
    }
  })
  for (let at = 0; at < items.length; at += 25) {
    const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item: marshall(Item) } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [world.ctx.main.name]: puts } }))
  }
}

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant)
  await world.ctx.main.update({ pk: `O#${tenant.tenantId}`, sk: 'META' }, { set: { listShards: 2 } })
  await store(world.ctx.stores.dynamodb)
}, 60_000)
afterAll(() => world?.close())

/** Requests to the table that a call makes, and what it answers. */
const counted = async (query: Record<string, string>) => {
  let requests = 0
  const { main } = world.ctx
  const original = { query: main.query, getMany: main.getMany }
  Object.assign(main, {
    query: ((spec) => {
      requests += 1
      return original.query(spec)
    }) as typeof main.query,
    getMany: ((keys, fields) => {
      requests += Math.ceil(keys.length / 100)
      return original.getMany(keys, fields)
    }) as typeof main.getMany,
  })
  try {
    const headers = { authorization: tenant.apiKey }
    const answer = await world.call('GET', '/api/v1/conversations', { headers, query })
    expect(answer.status, answer.text).toBe(200)
    return { requests, rows: answer.body as { id: number }[], cursor: answer.headers['x-next-cursor'] }
  } finally {
    Object.assign(main, original)
  }
}

test('a page costs what it shows, however many conversations there are', async () => {
  const { requests, rows, cursor } = await counted({ limit: '50' })
  expect(rows).toHaveLength(50)
  expect(rows[0]?.id).toBe(COUNT)
  expect(cursor).toBeDefined()
  expect(requests).toBeLessThanOrEqual(6)
  const whole = await counted({})
  expect(whole.rows).toHaveLength(500)
  expect(whole.requests).toBeLessThanOrEqual(30)
})

test('all of them come, once each and in order, page by page', async () => {
  const ids: number[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await counted(cursor ? { cursor } : {})
    ids.push(...page.rows.map(({ id }) => id))
    cursor = page.cursor
    pages += 1
  } while (cursor && pages < 10)
  expect(ids).toEqual(Array.from({ length: COUNT }, (_, n) => COUNT - n))
  expect(pages).toBe(4)
})

test('a filter that few fit reads five for each that was asked for, and leads on', async () => {
  const page = await counted({ unread: 'true', limit: '50' })
  expect(page.rows).toHaveLength(2)
  expect(page.cursor).toBeDefined()
  expect(page.requests).toBeLessThanOrEqual(18)
  const ids = page.rows.map(({ id }) => id)
  let { cursor } = page
  for (let pages = 0; cursor && pages < 20; pages += 1) {
    const next = await counted({ unread: 'true', limit: '50', cursor })
    ids.push(...next.rows.map(({ id }) => id))
    cursor = next.cursor
  }
  expect(ids).toEqual(Array.from({ length: COUNT / BUSY_EVERY }, (_, n) => COUNT - BUSY_EVERY + 1 - n * BUSY_EVERY))
})
