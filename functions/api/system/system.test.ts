import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadCatalogue } from '#infra/catalogue.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { invoker } from '#test/harness/invoke.ts'

let ctx: DomainContext
let get: (path: string, headers?: Record<string, string>) => ReturnType<ReturnType<typeof invoker>>
let storeAnswers = true

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  const { domains } = await loadCatalogue()
  const system = domains.find(({ name }) => name === 'system')
  const main: DomainContext['main'] = {
    ...ctx.main,
    get: async (key, options) => {
      if (!storeAnswers) throw new Error('the store does not answer')
      return ctx.main.get(key, options)
    },
  }
  const call = invoker(system?.operations.map(({ value }) => value) ?? [], { ...ctx, main })
  get = (path, headers) => call({ method: 'GET', path, headers })
})

afterAll(() => ctx.close())

test('health answers without touching anything', async () => {
  storeAnswers = false
  const answer = await get('/api/v1/health')
  storeAnswers = true
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({ data: { status: 'ok', version: expect.any(String), time: expect.any(String) } })
})

test('readiness looks at store, queue and key, and says 503 in the same shape when one is silent', async () => {
  const ready = await get('/api/v1/ready')
  expect(ready.status, ready.text).toBe(200)
  const names = (at(ready.body, 'data.checks') as { name: string }[]).map(({ name }) => name)
  expect(names).toEqual(['database', 'queue', 'signing-key'])
  storeAnswers = false
  const broken = await get('/api/v1/ready')
  storeAnswers = true
  expect(broken.status).toBe(503)
  expect(at(broken.body, 'data')).toMatchObject({
    status: 'not_ready',
    checks: [{ name: 'database', ok: false }, { ok: true }, { ok: true }],
  })
  expect(broken.text).not.toContain('does not answer')
})

test('the health of the gateway has the documented shape, with and without a token, up and down', async () => {
  for (const headers of [undefined, { token: 'whatever' }]) {
    const up = await get('/health', headers)
    expect(up.status).toBe(200)
    expect(up.body).toMatchObject({
      code: 200,
      data: 'OK',
      success: true,
      status: 'healthy',
      metrics: {
        goroutines: expect.any(Number),
        go_version: expect.stringMatching(/^node/),
        cpu_count: expect.any(Number),
      },
      services: { database: { status: 'up', driver: 'dynamodb', latency_ms: expect.any(Number) } },
    })
  }
  storeAnswers = false
  const down = await get('/health')
  storeAnswers = true
  expect(down.status).toBe(503)
  expect(down.body).toMatchObject({ code: 503, data: 'ERROR', success: true, status: 'unhealthy' })
})

test('the OpenAPI document is served as it is committed, every reference in it resolves, every id is unique', async () => {
  const { body, text, headers } = await get('/openapi.json')
  expect(headers['content-type']).toContain('application/json')
  expect(at(body, 'openapi')).toBe('3.1.1')
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path?.replaceAll('/', '.') ?? '')
  expect(references.filter((path) => at(body, path) === undefined)).toEqual([])
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('the documentation is one page that loads nothing from elsewhere, at both its addresses', async () => {
  const page = await get('/docs')
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.text).not.toMatch(/(src|href)="?(https?:)?\/\//)
  const script = /<script type="module">([\s\S]*)<\/script>/.exec(page.text)?.[1] ?? ''
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor
  expect(() => new AsyncFunction(script)).not.toThrow()
  const other = await get('/docs/index.html')
  expect([other.status, other.headers.location]).toEqual([302, '/docs'])
})
