import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { findCredential } from '#domains/credentials/repo.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { createTenant, setUpInstallation } from './set-up.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
})

afterAll(() => ctx.close())

test('set-up gives its secrets once, however often and however close together it runs', async () => {
  const facts = { name: 'First', slug: 'first', email: 'owner@example.com' }
  const runs = await Promise.all([1, 2, 3].map(() => setUpInstallation(ctx, makeCounters(ctx.main), facts)))
  const made = runs.filter((run) => run.created)
  expect(made).toHaveLength(1)
  expect(new Set(runs.map(({ tenantId }) => tenantId)).size).toBe(1)
  expect(await setUpInstallation(ctx, makeCounters(ctx.main), facts)).toEqual({
    created: false,
    tenantId: runs[0]?.tenantId,
  })
  const [first] = made
  if (!first?.created) throw new Error('no run made the tenant')
  for (const [secret, kind] of [
    [first.adminToken, 'adminToken'],
    [first.managerApiKey, 'managerKey'],
    [first.apiKey, 'apiKey'],
    [`${first.clientId}:${first.clientSecret}`, 'clientCredential'],
  ] as const) {
    expect(await findCredential(ctx, secret), kind).toMatchObject({ kind, tenantId: first.tenantId })
  }
})

test('no two tenants share a slug, and of a refused one nothing is left', async () => {
  const counters = makeCounters(ctx.main)
  await createTenant(ctx, counters, { name: 'Acme', slug: 'acme', email: 'a@example.com' })
  const second = createTenant(ctx, counters, { name: 'Acme too', slug: 'acme', email: 'b@example.com' })
  await expect(second).rejects.toMatchObject({ code: 'conflict' })
  expect((await ctx.main.query({ pk: 'MAIL#b@example.com' })).items).toEqual([])
})
