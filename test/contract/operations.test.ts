import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCatalogue } from '#infra/catalogue.ts'
import type { CredentialKind } from '#kit/actor.ts'
import type { Operation } from '#kit/define-operation.ts'
import { type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { invoker } from '#test/harness/invoke.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { requiredFields, typedFields } from './documents.ts'

const { domains } = await loadCatalogue()
const operations = domains.flatMap(({ operations }) => operations.map(({ value }) => value))
const guarded = operations.filter(({ auth }) => !auth.includes('none')).map((value) => [value.key, value] as const)

let world: ApiWorld
let own: Credentials

beforeAll(async () => {
  world = await apiWorld()
  const tenant = await world.tenant()
  own = await credentialsOf(world, tenant, await world.device(tenant))
})

afterAll(() => world?.close())

const wrong: Record<Exclude<CredentialKind, 'none'>, Record<string, string>> = {
  adminToken: { authorization: 'not-the-token' },
  deviceToken: { token: 'not-a-device' },
  sessionToken: {},
  managerKey: { apikey: 'not-a-key' },
  apiKey: { authorization: 'ceox_not-a-key' },
  userToken: { authorization: 'Bearer not.a.jwt' },
  clientCredential: { authorization: 'Basic bm90Omtub3du' },
  matrixToken: { authorization: 'Bearer mt_unknown' },
}

/** The form in which each system says that the credential is missing or wrong. */
const unauthorised = ({ system, auth, errorForm }: Operation): unknown =>
  ({
    digigo: {
      [errorForm === 'data' ? 'data' : 'error']: auth.includes('adminToken')
        ? 'unauthorized - admin token required'
        : 'unauthorized',
      // Some operations' documents show the long forms.
      ...((errorForm === 'coded' || errorForm === 'data') && { code: 401, success: false }),
    },
    manager: { status: false, message: 'unauthorized', code: 'unauthenticated' },
    ceox: { error: 'unauthorized', code: 'unauthenticated' },
    guide: { error: 'unauthorized', code: 'unauthenticated' },
    cx: { error: { code: 'unauthenticated', message: 'unauthorized' }, requestId: expect.any(String) },
    own: { error: { code: 'unauthenticated', message: 'unauthorized' }, requestId: expect.any(String) },
  })[system]

type Request = { headers: Record<string, string>; query?: Record<string, string>; body?: unknown }

// Wrong credentials are counted per address: each request comes from one of its own.
let sent = 0
const freshIp = (): string => {
  sent += 1
  return `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`
}

const send = (operation: Operation, { headers, query, body }: Request) =>
  invoker(
    [operation],
    world.ctx,
  )({
    method: operation.method,
    path: operation.path.replace(/\{[^}]+\}/g, '1'),
    headers,
    query,
    body: operation.input.body ? body : undefined,
    ip: freshIp(),
  })

/** Headers of a credential that the operation accepts, and which a tenant has by itself. */
const accepted = (operation: Operation): Record<string, string> => {
  const headers = operation.auth.map((kind) => own[kind]).find((found) => found !== undefined)
  if (!headers) throw new Error(`give the tests a credential for ${operation.key}`)
  return headers
}

describe.each(guarded)('%s', (_key, operation) => {
  test('answers 401 in its document’s form without a credential', async () => {
    const { status, body } = await send(operation, { headers: {}, body: {} })
    expect(status).toBe(401)
    expect(body).toEqual(unauthorised(operation))
  })

  test('answers 401 in its document’s form to a wrong credential of every kind', async () => {
    for (const kind of operation.auth) {
      if (kind === 'none') continue
      const query = kind === 'sessionToken' ? { token: 'not-a-device' } : undefined
      const { status, body } = await send(operation, { headers: wrong[kind], query, body: {} })
      expect(status, kind).toBe(401)
      expect(body, kind).toEqual(unauthorised(operation))
    }
  })

  test('takes no credential of a kind it does not name', async () => {
    for (const [kind, headers] of Object.entries(own)) {
      if (operation.auth.includes(kind as CredentialKind)) continue
      expect((await send(operation, { headers, body: {} })).status, kind).toBe(401)
    }
  })
})

const withBody = guarded.filter(([, { input }]) => input.body !== undefined)
const withQuery = guarded.filter(([, { input }]) => requiredFields(input.query).length > 0)

/** Whether the text is a sentence of the document, which stands for its fields. */
const isDocumented = ({ refusals = {} }: Operation, text: string): boolean =>
  Object.values(refusals)
    .flatMap((words) => (typeof words === 'string' ? [words] : Object.values(words)))
    .some((sentence) => text.includes(sentence))

describe('bad input', () => {
  test.each(withBody)('%s names every field that is missing', async (_key, operation) => {
    const required = requiredFields(operation.input.body)
    const { status, text } = await send(operation, { headers: accepted(operation), body: {} })
    if (required.length > 0) expect(status, text).toBe(400)
    if (isDocumented(operation, text)) return
    for (const field of required) expect(text).toContain(field)
  })

  test.each(withBody)('%s names every field of a wrong type', async (_key, operation) => {
    const fields = typedFields(operation.input.body)
    const body = Object.fromEntries(fields.map((field) => [field, { not: 'right' }]))
    const { status, text } = await send(operation, { headers: accepted(operation), body })
    expect(status, text).toBe(400)
    if (isDocumented(operation, text)) return
    for (const field of fields) expect(text).toContain(field)
  })

  test.each(withBody)('%s refuses a body that is not JSON', async (_key, operation) => {
    const { status } = await send(operation, { headers: accepted(operation), body: '{"broken' })
    expect(status).toBe(400)
  })

  test.each(withQuery)('%s names every query parameter that is missing', async (_key, operation) => {
    const { status, text } = await send(operation, { headers: accepted(operation), body: {} })
    expect(status, text).toBe(400)
    for (const field of requiredFields(operation.input.query)) expect(text).toContain(field)
  })
})
