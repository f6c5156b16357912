import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { conversationKey } from '../conversations/model.ts'
import { makeThreads } from '../conversations/threads.ts'
import { outboundPrefix, type PurgePorts, purgeDevice } from './purge.ts'
import { deviceKey } from './repo.ts'

let ctx: DomainContext
let ports: PurgePorts

beforeAll(async () => {
  ctx = await domainContext()
  ports = { session: ctx.session, s3: ctx.stores.s3, bucket: ctx.stores.buckets.media ?? '' }
})
afterAll(() => ctx?.close())

const tenantId = 'org_purge'

/** Partitions of a device in the table of sessions: Signal state, media and history that were still to be fetched. */
const SESSION = ['A', 'MP', 'HJ', 'HB']

const filled = async (id: string): Promise<number[]> => {
  const threads = makeThreads(makeCounters(ctx.main))
  const conversations: number[] = []
  for (const pn of ['1555000@s.whatsapp.net', '1555001@s.whatsapp.net']) {
    const { conversationId } = await threads.resolve(ctx, { tenantId, deviceId: id }, { pn })
    conversations.push(conversationId)
    for (let n = 0; n < 5; n += 1) {
      await ctx.main.put({ pk: conversationKey(tenantId, conversationId).pk, sk: `M#${n}`, at: `${n}` })
    }
    const Key = `inbound/${tenantId}/${conversationId}/1`
    await ports.s3.send(new PutObjectCommand({ Bucket: ports.bucket, Key, Body: 'x' }))
  }
  await ports.s3.send(
    new PutObjectCommand({ Bucket: ports.bucket, Key: `${outboundPrefix(tenantId, id)}1`, Body: 'x' }),
  )
  await ctx.main.put({ pk: `D#${id}`, sk: 'K#1@lid', jid: '1@lid' })
  await ctx.main.put({ pk: `D#${id}`, sk: 'ANYTHING#1', value: 'x' })
  await ctx.main.put({ pk: `DLV#${tenantId}#d-${id}`, sk: 'evt_1', event: 'x' })
  for (const kind of SESSION) await ctx.session.put({ pk: `${kind}#${id}`, sk: 'creds', v: 'x' })
  // The first conversation is also known by an address that was learnt later.
  await threads.resolve(ctx, { tenantId, deviceId: id }, { pn: '1555000@s.whatsapp.net', lid: '77@lid' })
  return conversations
}

const left = async (id: string, conversations: number[]): Promise<number> => {
  const claims = ['1555000@s.whatsapp.net', '77@lid'].map((jid) => `CT#${tenantId}#${id}#${jid}`)
  const partitions = [
    `D#${id}`,
    `DLV#${tenantId}#d-${id}`,
    ...claims,
    ...conversations.map((number) => conversationKey(tenantId, number).pk),
  ]
  const counts = await Promise.all(partitions.map(async (pk) => (await ctx.main.query({ pk })).items.length))
  const prefixes = [outboundPrefix(tenantId, id), ...conversations.map((number) => `inbound/${tenantId}/${number}/`)]
  const objects = await Promise.all(
    prefixes.map((Prefix) => ports.s3.send(new ListObjectsV2Command({ Bucket: ports.bucket, Prefix }))),
  )
  const session = await Promise.all(SESSION.map((kind) => ctx.session.query({ pk: `${kind}#${id}` })))
  return [
    ...counts,
    ...objects.map(({ Contents }) => Contents?.length ?? 0),
    ...session.map(({ items }) => items.length),
  ].reduce((a, b) => a + b, 0)
}

test('everything of the device goes, and nothing of another one', async () => {
  const mine = await filled('aa01')
  const others = await filled('aa02')
  const before = await left('aa02', others)
  expect(await purgeDevice(ctx, ports, { id: 'aa01', tenantId }, Number.POSITIVE_INFINITY)).toBe(true)
  expect(await left('aa01', mine)).toBe(0)
  expect(await left('aa02', others)).toBe(before)
})

test('a purge that runs out of time says so, and the next one goes on to the end', async () => {
  const mine = await filled('aa03')
  let ticks = 0
  const clock = { ...ctx.clock, monotonicMs: () => ++ticks }
  const limited = { ...ctx, clock }
  let runs = 0
  for (let done = false; !done; runs += 1) {
    expect(runs).toBeLessThan(50)
    done = await purgeDevice(limited, ports, { id: 'aa03', tenantId }, ticks + 12)
  }
  expect(runs).toBeGreaterThan(1)
  expect(await left('aa03', mine)).toBe(0)
})

test('the mark of the deleted device stays without a word about its owner', async () => {
  const { pk, sk } = deviceKey('aa04')
  const facts = { name: 'Ada', jid: '1555:3@s.whatsapp.net', pushName: 'Ada', tokenHash: 'hash' }
  await ctx.main.put({ pk, sk, id: 'aa04', tenantId, deletedAt: '2026-01-01T00:00:00.000Z', ...facts })
  await purgeDevice(ctx, ports, { id: 'aa04', tenantId }, Number.POSITIVE_INFINITY)
  expect(await ctx.main.get({ pk, sk })).toEqual({
    pk,
    sk,
    id: 'aa04',
    tenantId,
    name: '',
    deletedAt: '2026-01-01T00:00:00.000Z',
  })
})
