import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { Table } from '#data/table.ts'
import { messageKey, STATUS_RANK } from '#domains/messages/model.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { type Emulators, startEmulators } from '../testing/emulators.ts'
import { makeStatusWriter } from './status-writer.ts'

let emulators: Emulators
let main: Table
let ctx: Context
let count = 0

beforeAll(async () => {
  emulators = await startEmulators()
  main = (await emulators.tables()).main
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  ctx = { clock: systemClock, log: quiet, main }
}, 60_000)

afterAll(() => emulators?.close())

const message = async (status: 'accepted' | 'sent' | 'failed') => {
  count += 1
  const ref = { tenantId: 't', conversationId: 1, messageId: `M${count}` }
  const key = messageKey(ref.tenantId, ref.conversationId, ref.messageId)
  await main.put({ ...key, ...ref, status, rank: STATUS_RANK[status], at: String(count) })
  const read = async () => {
    const item: Record<string, unknown> = (await main.get(key)) ?? {}
    return { status: item.status, events: readOutbox(item).map((event) => event.type), item }
  }
  return { ref, read }
}

describe('states of a message', () => {
  test('delivered and read together are one write with both events', async () => {
    const { ref, read } = await message('sent')
    const writer = makeStatusWriter(ctx)
    await Promise.all([writer.receipt(ref, 'delivered', 1000), writer.receipt(ref, 'read', 2000)])
    expect(await read()).toMatchObject({ status: 'read', events: ['message.delivered', 'message.read'] })
    expect((await read()).item).toMatchObject({
      deliveredAt: '1970-01-01T00:00:01.000Z',
      readAt: '1970-01-01T00:00:02.000Z',
    })
  })

  test('each event says whose receipt it was, one that followed from a later receipt as well', async () => {
    const ann = { jid: '1@lid', phone: '15550001111', lid: '1' }
    const bob = { jid: '2@lid', lid: '2' }
    const { ref, read } = await message('sent')
    const writer = makeStatusWriter(ctx)
    await Promise.all([writer.receipt(ref, 'delivered', 1000, ann), writer.receipt(ref, 'read', 2000, bob)])
    expect(readOutbox((await read()).item).map(({ facts }) => facts)).toEqual([{ by: ann }, { by: bob }])
    const other = await message('sent')
    await writer.receipt(other.ref, 'read', 2000, bob)
    expect(readOutbox((await other.read()).item).map(({ facts }) => facts)).toEqual([{ by: bob }, { by: bob }])
  })

  test('a receipt never overtakes the acknowledgement it follows', async () => {
    const { ref, read } = await message('accepted')
    const writer = makeStatusWriter(ctx)
    await Promise.all([writer.sent(ref, 1000, {}), writer.receipt(ref, 'delivered', 2000)])
    expect(await read()).toMatchObject({ status: 'delivered', events: ['message.delivered'] })
  })

  test('a receipt waits for a message that its acknowledgement finds not stored yet', async () => {
    const { ref, read } = await message('sent')
    const key = messageKey(ref.tenantId, ref.conversationId, ref.messageId)
    const item = (await main.get(key)) ?? {}
    await main.remove(key)
    const store = async (): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await main.put({ ...item, ...key })
      return true
    }
    const writer = makeStatusWriter(ctx)
    await Promise.all([writer.sent(ref, 1000, {}, store), writer.receipt(ref, 'delivered', 2000)])
    expect(await read()).toMatchObject({ status: 'delivered', events: ['message.delivered'] })
  })

  test('a receipt without an acknowledgement announces what it implies', async () => {
    const { ref, read } = await message('accepted')
    await makeStatusWriter(ctx).receipt(ref, 'read', 1000)
    expect((await read()).events).toEqual(['message.sent', 'message.delivered', 'message.read'])
  })

  test('never fall back, and a failed message stays failed', async () => {
    const read = await message('sent')
    const writer = makeStatusWriter(ctx)
    await writer.receipt(read.ref, 'read', 1000)
    await writer.receipt(read.ref, 'delivered', 2000)
    expect((await read.read()).status).toBe('read')
    const failed = await message('failed')
    await writer.receipt(failed.ref, 'delivered', 1000)
    expect((await failed.read()).status).toBe('failed')
  })

  test('of an unknown message change nothing', async () => {
    const ref = { tenantId: 't', conversationId: 1, messageId: 'NOBODY' }
    await makeStatusWriter(ctx).sent(ref, 1000, {})
    expect(await main.get(messageKey('t', 1, 'NOBODY'))).toBeUndefined()
  })
})
