import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext } from '#test/harness/context.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
})
afterAll(() => ctx?.close())

test('under a key longer than a key can be there is nothing, and that is no failure', async () => {
  expect(await ctx.main.get({ pk: `D#${'x'.repeat(2047)}`, sk: 'META' })).toBeUndefined()
  expect(await ctx.main.get({ pk: 'C#1', sk: `M#${'é'.repeat(512)}` })).toBeUndefined()
  await ctx.main.put({ pk: 'p'.repeat(2048), sk: 's'.repeat(1024), n: 1 })
  expect(await ctx.main.get({ pk: 'p'.repeat(2048), sk: 's'.repeat(1024) })).toMatchObject({ n: 1 })
})
