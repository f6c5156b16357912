import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { nextPageHeaders, openCursor, sealCursor } from './cursor.ts'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')
const scope = { tenantId: 'org_1', operation: 'ceox GET /things', filters: { status: 'open' } }

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
})
afterAll(() => ctx?.close())

const refused = (cursor: string, other: Partial<typeof scope> = {}, nowMs = NOW) =>
  expect(openCursor({ ...scope, ...other }, cursor, nowMs)).rejects.toMatchObject({
    code: 'invalid_cursor',
    status: 400,
  })

test('a cursor leads on where it was made, for a day', async () => {
  const cursor = await sealCursor(scope, 'the place', NOW)
  expect(await openCursor(scope, cursor, NOW + 24 * 3600_000)).toBe('the place')
  await refused(cursor, {}, NOW + 24 * 3600_000 + 1)
})

test('nobody else’s list, no other list and no other filters take it', async () => {
  const cursor = await sealCursor(scope, 'the place', NOW)
  await refused(cursor, { tenantId: 'org_2' })
  await refused(cursor, { operation: 'ceox GET /others' })
  await refused(cursor, { filters: { status: 'solved' } })
})

test('a changed or made-up cursor is none', async () => {
  const [body = '', signature = ''] = (await sealCursor(scope, 'the place', NOW)).split('.')
  const forged = Buffer.from(JSON.stringify(['another place', NOW + 1000])).toString('base64url')
  for (const cursor of [`${forged}.${signature}`, body, `${body}.`, `.${signature}`, '', 'x', '…'])
    await refused(cursor)
})

test('headers name the next page with the other parameters as they were', () => {
  const request = {
    method: 'GET',
    path: '/things',
    query: { status: 'open', cursor: 'old' },
    headers: {},
    text: '',
    ip: '',
  }
  expect(nextPageHeaders(request, undefined)).toEqual({})
  expect(nextPageHeaders(request, 'a.b')).toEqual({
    'x-next-cursor': 'a.b',
    link: '</things?status=open&cursor=a.b>; rel="next"',
  })
})
