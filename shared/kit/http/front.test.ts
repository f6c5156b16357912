import { expect, test } from 'vitest'
import { z } from 'zod'
import { domainContext, type ManualClock, manualClock } from '#test/harness/context.ts'
import { defineOperation, type Operation } from '../define-operation.ts'
import { FRONT_HEADER, type FrontCheck, makeFrontCheck } from './front.ts'
import { createDomainHandler } from './handler.ts'

type Stages = { AWSCURRENT: string; AWSPREVIOUS?: string }

const check = (stages: Stages, clock: ManualClock = manualClock()) => {
  let reads = 0
  const front = makeFrontCheck(async (stage) => {
    reads += 1
    return stages[stage]
  }, clock)
  return { passes: (value?: string) => front({ [FRONT_HEADER]: value }), reads: () => reads, clock, stages }
}

test('only the secret passes, whatever else a request says of itself', async () => {
  const { passes } = check({ AWSCURRENT: 'right' })
  expect(await passes('right')).toBe(true)
  for (const wrong of [undefined, '', 'wrong', 'righ', 'right,right']) expect(await passes(wrong)).toBe(false)
})

test('the secret is read once; wrong values make it be read again, but not for each of them', async () => {
  const { passes, reads, clock } = check({ AWSCURRENT: 'right' })
  for (let n = 0; n < 5; n += 1) await passes('right')
  expect(reads()).toBe(1)
  for (let n = 0; n < 50; n += 1) await passes(`guess ${n}`)
  expect(reads()).toBe(3)
  clock.advance(30_000)
  await Promise.all(Array.from({ length: 50 }, (_, n) => passes(`guess ${n}`)))
  expect(reads()).toBe(5)
})

test('while a new secret spreads, the one before it passes as well', async () => {
  const { passes, stages, clock } = check({ AWSCURRENT: 'first' })
  expect(await passes('first')).toBe(true)
  Object.assign(stages, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' })
  expect([await passes('second'), await passes('first')]).toEqual([true, true])
  Object.assign(stages, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' })
  clock.advance(30_000)
  expect([await passes('third'), await passes('second'), await passes('first')]).toEqual([true, true, false])
})

test('a secret that cannot be read lets nobody pass and is tried again', async () => {
  let isDown = true
  const front = makeFrontCheck(async (stage) => {
    if (isDown) throw new Error('down')
    return stage === 'AWSCURRENT' ? 'right' : undefined
  }, manualClock())
  await expect(front({ [FRONT_HEADER]: 'right' })).rejects.toThrow('down')
  isDown = false
  expect(await front({ [FRONT_HEADER]: 'right' })).toBe(true)
})

const operation = defineOperation({
  key: 'digigo GET /seen',
  group: 'test',
  summary: 'Shows what the handler sees',
  auth: ['none'],
  input: {},
  output: z.unknown(),
  envelope: 'flat',
  errors: [],
  needs: {},
  handler: async ({ request }) => ({ headers: request.headers, ip: request.ip }),
}) as Operation

/** Calls past the harness, which stands in for CloudFront: here the check itself is looked at. */
const call = async (front: FrontCheck, headers: Record<string, string>) => {
  const ctx = await domainContext()
  const http = { method: 'GET', path: '/seen', protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: '' }
  const event = { rawPath: '/seen', rawQueryString: '', headers, version: '2.0', requestContext: { http } }
  const handler = createDomainHandler([operation], { context: () => ctx, front })
  try {
    const { statusCode, body } = await handler(event as never, {} as never)
    return { status: statusCode, body: JSON.parse(body) as unknown }
  } finally {
    await ctx.close()
  }
}

test('a request past CloudFront is refused in the form of its document, before anything is done', async () => {
  const refused = await call(async () => false, { 'x-forwarded-for': '192.0.2.1, 198.51.100.7, 203.0.113.9' })
  expect(refused).toMatchObject({ status: 403, body: { code: 403, success: false } })
  const unknown = await call(() => Promise.reject(new Error('down')), {})
  expect(unknown).toMatchObject({ status: 500, body: { code: 500, success: false } })
})

test('the secret itself does not reach handlers', async () => {
  const passed = await call(async () => true, { [FRONT_HEADER]: 'right', token: 'x' })
  expect(passed).toEqual({ status: 200, body: { headers: { token: 'x' }, ip: '203.0.113.9' } })
})
