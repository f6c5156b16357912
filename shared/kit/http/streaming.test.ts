import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { type Streamed, streamInvoker } from '#test/harness/invoke-stream.ts'
import { waitFor } from '#test/harness/wait.ts'
import { answer, defineOperation, type Operation } from '../define-operation.ts'
import { fail } from '../errors.ts'

let ctx: DomainContext
let call: ReturnType<typeof streamInvoker>
let closed = 0

const common = { group: 'test', summary: 'A test', output: z.string(), errors: [], needs: {}, auth: ['none'] } as const

/** Server-sent events without an end, as a caller that stays gets them. */
const endless = async function* (): AsyncGenerator<string> {
  try {
    for (let n = 0; ; n += 1) {
      yield `data: ${n}\n\n`
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    closed += 1
  }
}

const operations = [
  defineOperation({
    ...common,
    key: 'own GET /files/{id}',
    streaming: true,
    input: { params: z.object({ id: z.string() }) },
    handler: async ({ request }, { params }) => {
      if (params.id === 'none') throw fail('not_found')
      const parts = [params.id, ' ', request.query.a ?? '', ' ', request.headers.range ?? '', ' ', request.ip]
      return answer({
        status: 206,
        headers: { 'content-type': 'text/plain', etag: '"1"' },
        stream: Readable.from(parts),
      })
    },
  }) as Operation,
  defineOperation({
    ...common,
    key: 'own GET /events',
    streaming: true,
    input: {},
    handler: async () =>
      answer({
        headers: { 'content-type': 'text/event-stream' },
        stream: Readable.from(endless(), { objectMode: false }),
      }),
  }) as Operation,
  defineOperation({
    ...common,
    key: 'own POST /events',
    input: {},
    output: z.unknown(),
    handler: async () => ({ done: true }),
  }) as Operation,
]

beforeAll(async () => {
  ctx = await domainContext()
  call = streamInvoker(operations, { context: () => ctx, front: async () => true })
})

afterAll(() => ctx?.close())

test('an answer leaves in the pieces its handler gives, with its own status and headers', async () => {
  const { status, headers, text, chunks } = await call({
    method: 'GET',
    path: '/files/7',
    query: { a: 'b c' },
    headers: { Range: 'bytes=0-', 'X-Forwarded-For': '198.51.100.7, 130.176.0.1' },
    ip: '130.176.0.1',
  })
  expect([status, text]).toEqual([206, '7 b c bytes=0- 198.51.100.7'])
  expect(chunks.length).toBeGreaterThan(1)
  expect(headers).toMatchObject({ 'content-type': 'text/plain', etag: '"1"', 'x-request-id': expect.any(String) })
})

test('failures, unknown paths and other operations under the path have the form they have everywhere', async () => {
  const summary = async (method: string, path: string) => {
    const { status, body, headers } = await call({ method, path })
    return { status, code: (body as { error?: { code?: string } }).error?.code, type: headers['content-type'] }
  }
  const type = 'application/json; charset=utf-8'
  expect(await summary('GET', '/files/none')).toEqual({ status: 404, code: 'not_found', type })
  expect(await summary('DELETE', '/files/7')).toEqual({ status: 405, code: 'method_not_allowed', type })
  expect(await summary('GET', '/files/7/parts')).toEqual({ status: 404, code: 'not_found', type })
  expect((await call({ method: 'POST', path: '/events' })).body).toEqual({ data: { done: true } })
})

test('HEAD tells what GET would, and no byte more', async () => {
  const { status, headers, chunks } = await call({ method: 'HEAD', path: '/files/7' })
  expect([status, headers.etag, chunks]).toEqual([206, '"1"', []])
})

test('a page of another origin may ask, and read the headers that matter to it', async () => {
  const asked = await call({
    method: 'OPTIONS',
    path: '/files/7',
    headers: { Origin: 'https://example.com', 'Access-Control-Request-Method': 'GET' },
  })
  expect(asked.status).toBe(204)
  expect(asked.headers['access-control-allow-headers']).toContain('Range')
  const { headers } = await call({ method: 'GET', path: '/files/none' })
  expect(headers['access-control-allow-origin']).toBe('*')
  expect(headers['access-control-expose-headers']).toContain('ETag')
})

test('events without an end flow until the caller goes, and then their source is closed', async () => {
  const seen: string[] = []
  const ended: Promise<Streamed | Error> = call({ method: 'GET', path: '/events' }, (chunk, stop) => {
    seen.push(chunk.toString())
    if (seen.length === 20) stop()
  }).catch((error: Error) => error)
  await ended
  await waitFor('the source to be closed', () => closed === 1)
  expect(seen.join('')).toContain('data: 10\n\n')
})

test('an answer that is kept for repetitions cannot stream', () => {
  const both = {
    ...common,
    key: 'own POST /x',
    auth: ['apiKey'],
    input: {},
    streaming: true,
    idempotent: true,
  } as const
  expect(() => defineOperation({ ...both, handler: async () => '' })).toThrow('cannot be kept')
})
