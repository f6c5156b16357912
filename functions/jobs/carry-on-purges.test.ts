import { afterAll, beforeAll, expect, test } from 'vitest'
import { listPendingPurges, type PurgePorts } from '#domains/devices/purge.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { carryOnPurges } from './carry-on-purges.ts'

let ctx: DomainContext
let ports: PurgePorts

beforeAll(async () => {
  ctx = await domainContext()
  ports = { session: ctx.session, s3: ctx.stores.s3, bucket: ctx.stores.buckets.media ?? '' }
})
afterAll(() => ctx?.close())

const left = async (deviceId: string): Promise<void> => {
  await ctx.main.put({ pk: 'PURGE', sk: `org_1#${deviceId}`, deviceId, tenantId: 'org_1', name: 'x' })
  await ctx.session.put({ pk: `A#${deviceId}`, sk: 'creds', v: 'x' })
}

test('what was left of deleted devices goes, and is pending no more', async () => {
  for (const id of ['b1', 'b2']) await left(id)
  expect(await carryOnPurges(ctx, ports)).toEqual({ done: 2, left: 0 })
  expect(await listPendingPurges(ctx)).toEqual([])
  for (const id of ['b1', 'b2']) expect(await ctx.session.get({ pk: `A#${id}`, sk: 'creds' })).toBeUndefined()
  expect(await carryOnPurges(ctx, ports)).toEqual({ done: 0, left: 0 })
})

test('a purge that fails holds up no other, and stays', async () => {
  for (const id of ['b3', 'b4']) await left(id)
  const broken = {
    ...ports,
    session: {
      ...ctx.session,
      query: async (spec: Parameters<typeof ctx.session.query>[0]) => {
        if (spec.pk === 'A#b3') throw new Error('no')
        return ctx.session.query(spec)
      },
    },
  } as PurgePorts
  expect(await carryOnPurges(ctx, broken)).toEqual({ done: 1, left: 1 })
  expect((await listPendingPurges(ctx)).map(({ deviceId }) => deviceId)).toEqual(['b3'])
  expect(await carryOnPurges(ctx, ports)).toEqual({ done: 1, left: 0 })
})

test('where only the login was to go, messages stay', async () => {
  await left('b5')
  await ctx.main.put({ pk: 'PURGE', sk: 'org_1#b5', deviceId: 'b5', tenantId: 'org_1', name: 'x', only: 'login' })
  await ctx.main.put({ pk: 'D#b5', sk: 'CV#0000000001', conversationId: 1, jids: [] })
  expect(await carryOnPurges(ctx, ports)).toEqual({ done: 1, left: 0 })
  expect(await ctx.session.get({ pk: 'A#b5', sk: 'creds' })).toBeUndefined()
  expect(await ctx.main.get({ pk: 'D#b5', sk: 'CV#0000000001' })).toBeDefined()
})
