import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { findReply, storeReply } from './replies.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
})
afterAll(() => ctx?.close())

test('a small reply is there as it was stored; none is none', async () => {
  await storeReply(ctx.session, ctx.clock, 'cmd_small', { ok: true, result: { a: [1, 'ü'] } })
  expect(await findReply(ctx.session, 'cmd_small')).toEqual({ ok: true, result: { a: [1, 'ü'] } })
  expect(await findReply(ctx.session, 'cmd_none')).toBeUndefined()
})

test('a reply far larger than an item comes back whole', async () => {
  const result = Array.from({ length: 20_000 }, (_, at) => ({ at, noise: randomBytes(40).toString('hex') }))
  expect(JSON.stringify(result).length).toBeGreaterThan(1_800_000)
  await storeReply(ctx.session, ctx.clock, 'cmd_large', { ok: true, result })
  expect(await findReply(ctx.session, 'cmd_large')).toEqual({ ok: true, result })
})
