import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '#infra/catalogue.ts'
import type { CredentialKind } from '#kit/actor.ts'
import type { Operation } from '#kit/define-operation.ts'
import { chooseOperation } from '#kit/http/choose.ts'
import { routesOf } from '#kit/http/routes.ts'
import { documentedOperations } from '#test/contract/coverage.ts'
import { answerSchema, unknownFields } from '#test/contract/documents.ts'

const { domains } = await loadCatalogue()
const operations = domains.flatMap((domain) => domain.operations.map(({ value }) => value))
const documented = new Map(documentedOperations().map((entry) => [entry.key, entry]))

/** Paths and methods that several documents have. */
const shared = routesOf(operations).filter(({ variants }) => variants.length > 1)

const jwt = (fmt: string): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'HS256' })}.${part({ fmt })}.x`
}

/** Headers by which a client of the document presents a credential of the kind. */
const headersOf = ({ system }: Operation, kind: CredentialKind): Record<string, string> => {
  if (kind === 'apiKey') return { authorization: system === 'ceox' ? 'ceox_key' : 'Bearer ceox_key' }
  if (kind === 'userToken') return { authorization: `Bearer ${jwt(system)}` }
  if (kind === 'matrixToken') return { authorization: 'Bearer mt_token' }
  if (kind === 'clientCredential') return { authorization: 'Basic YTpi' }
  if (kind === 'managerKey') return { apikey: 'key' }
  if (kind === 'deviceToken') return { token: 'token' }
  return { authorization: 'admin-token' }
}

const cases = shared.flatMap((route) =>
  route.variants.flatMap((operation) =>
    operation.auth.filter((kind) => kind !== 'none').map((kind) => ({ key: operation.key, kind, route, operation })),
  ),
)

describe('a path that several documents have', () => {
  test('there are such paths: of devices and webhooks at least', () => {
    const names = shared.map(({ method, path }) => `${method} ${path.replace(/\{[^}]+\}/g, '{}')}`)
    expect(names).toEqual(
      expect.arrayContaining([
        'GET /api/v1/devices',
        'GET /api/v1/webhooks',
        'POST /api/v1/webhooks',
        'DELETE /api/v1/webhooks/{}',
      ]),
    )
  })

  test.each(cases)('$key is what a client with its $kind gets', ({ kind, route, operation }) => {
    const headers = headersOf(operation, kind)
    const request = { method: route.method, path: route.path, query: {}, headers, text: '', ip: '' }
    // Whichever of them comes first in the list.
    for (const variants of [route.variants, [...route.variants].reverse()]) {
      expect(chooseOperation(variants, request).key).toBe(operation.key)
    }
  })

  test.each(shared.flatMap(({ variants }) => variants.map((operation) => ({ key: operation.key, operation }))))(
    '$key answers with the shape its own document shows',
    ({ key, operation }) => {
      const shapes = Object.entries(documented.get(key)?.responses ?? {}).filter(([status]) => status.startsWith('2'))
      for (const [, shape] of shapes) expect(unknownFields(shape, answerSchema(operation))).toEqual([])
    },
  )
})
