import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '#infra/catalogue.ts'
import { assertOwnPrefixes } from '#infra/routes.ts'
import { openApiText } from '#infra/write-docs.ts'
import type { Operation } from '#kit/define-operation.ts'
import { type ErrorCode, fail, statusOf } from '#kit/errors.ts'
import { STYLES } from '#kit/http/styles.ts'
import { contractCoverage, documentedOperations } from '#test/contract/coverage.ts'
import {
  answerSchema,
  type Documented,
  documentedRequests,
  jsonSchemaOf,
  unknownFields,
} from '#test/contract/documents.ts'

const { domains } = await loadCatalogue()
const all = domains.flatMap(({ operations }) => operations)
const documented = new Map(documentedOperations().map((entry) => [entry.key, entry]))

describe('the declarations of operations', () => {
  test('every key is documented, or the operation is our own', () => {
    const unknown = all.filter(({ value }) => value.system !== 'own' && !documented.has(value.key))
    expect(unknown.map(({ file }) => file)).toEqual([])
  })

  test('coverage counts each documented operation once, and as implemented what has a file', async () => {
    const rows = await contractCoverage()
    const sum = (field: 'implemented' | 'documented') => rows.reduce((total, row) => total + row[field], 0)
    expect(sum('documented')).toBe(537)
    expect(sum('implemented')).toBe(all.filter(({ value }) => value.system !== 'own').length)
  })

  test('no operation of our own stands where a document has one', () => {
    const places = new Set([...documented.values()].map(({ method, path }) => `${method} ${path}`))
    const clashes = all.filter(({ value }) => value.system === 'own' && places.has(`${value.method} ${value.path}`))
    expect(clashes.map(({ file }) => file)).toEqual([])
  })

  test('every operation is declared once', () => {
    const keys = all.map(({ value }) => value.key)
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  })

  test('a file is named by verb and noun, after what it does', () => {
    expect(all.map(({ file }) => file).filter((file) => !/\/[a-z]+(-[a-z0-9]+)+\.ts$/.test(file))).toEqual([])
  })

  test('what a folder keeps for itself is imported by no other folder', () => {
    const folder = new URL('../../functions/api/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    const others = files.filter((file) => /'\.\.\/[a-z-]+\/_/.test(readFileSync(new URL(file, folder), 'utf8')))
    expect(files.length).toBeGreaterThan(all.length)
    expect(others).toEqual([])
  })

  test('a path prefix belongs to one domain', () => {
    expect(() => assertOwnPrefixes(domains)).not.toThrow()
  })

  test('operations on one method and path differ by credential, or by its form where CEOX and CX share a kind', () => {
    const seen = new Map<string, Operation>()
    const clashes: string[] = []
    for (const { value } of all) {
      for (const kind of value.auth) {
        const name = `${value.method} ${value.path.replace(/\{[^}]+\}/g, '{}')} ${kind}`
        const other = seen.get(name)
        const byForm = new Set([other?.system, value.system])
        const differs = ['apiKey', 'userToken'].includes(kind) && byForm.has('ceox') && byForm.has('cx')
        if (other && !differs) clashes.push(`${other.key} / ${value.key}`)
        seen.set(name, value)
      }
    }
    expect(clashes).toEqual([])
  })

  test('what creates honours Idempotency-Key', () => {
    // The address of an upload works for minutes only: an answer kept for a day would be of no use.
    const creations = all.filter(
      ({ value }) => value.method === 'POST' && value.status === 201 && value.key !== 'own POST /api/v1/uploads',
    )
    expect(creations.filter(({ value }) => !value.idempotent).map(({ file }) => file)).toEqual([])
  })

  test('an example in a declaration fits its own schema', () => {
    const broken = all.filter(({ value: { examples, input } }) => {
      return examples?.body !== undefined && !input.body?.safeParse(examples.body).success
    })
    expect(broken.map(({ file }) => file)).toEqual([])
  })

  test('the committed OpenAPI document is the one the operations make', async () => {
    const committed = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
    expect((await openApiText()) === committed, 'run `node infra/write-docs.ts`').toBe(true)
  })
})

const implemented = all.flatMap(({ value }) => {
  const entry = documented.get(value.key)
  return entry ? [[value.key, value, entry] as const] : []
})

const shapeOf = (names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'x']))
const nothing = { properties: {} }

const answersOf = (entry: Documented): [string, unknown][] =>
  Object.entries(entry.responses).filter(([status, shape]) => status.startsWith('2') && shape)

/** Documented bodies of failures that the operation can answer with, each beside the one it does answer with. */
const failuresOf = (operation: Operation, entry: Documented): [string, unknown, unknown][] =>
  Object.entries(entry.responses).flatMap(([status, shape]): [string, unknown, unknown][] => {
    const codes: ErrorCode[] = ['unauthenticated', 'internal_error', ...operation.errors]
    const code = codes.find((known) => String(statusOf(known)) === status)
    if (!code || shape === null || operation.key === 'digigo GET /health') return []
    const failure = { error: fail(code), operation, requestId: 'req_1' }
    return [[status, shape, STYLES[operation.system].failure(failure)]]
  })

const fieldsOf = (body: unknown): string[] =>
  typeof body === 'object' && body !== null ? Object.keys(body).sort() : []

const withFailures = implemented.filter(([, operation, entry]) => failuresOf(operation, entry).length > 0)
const withRequests = implemented.filter(([, , entry]) => documentedRequests(entry).length > 0)
const withAnswers = implemented.filter(([, , entry]) => answersOf(entry).length > 0)

describe('what a document shows', () => {
  test.each(withRequests)('%s takes every documented request as it is written', (_key, { input }, entry) => {
    for (const { body, composed } of documentedRequests(entry)) {
      const issues = input.body?.safeParse(body).error?.issues ?? []
      // Fields that exclude each other stand together in a composed example only.
      expect(issues.filter(({ code }) => !(composed && code === 'custom'))).toEqual([])
    }
  })

  test.each(implemented)('%s knows every documented field of its body and query', (_key, { input }, entry) => {
    const body = input.body ? jsonSchemaOf(input.body, 'input') : nothing
    const query = input.query ? jsonSchemaOf(input.query, 'input') : nothing
    expect(unknownFields(shapeOf(Object.keys(entry.body)), body)).toEqual([])
    expect(unknownFields(shapeOf(entry.query.map(({ name }) => name)), query)).toEqual([])
  })

  test.each(withFailures)('%s fails in the documented form', (_key, { errorForm, ...operation }, entry) => {
    for (const [status, shape, body] of failuresOf({ ...operation, errorForm }, entry)) {
      // What stands beside code and error comes from the case itself: the operation's own test looks at it.
      const isPart = typeof errorForm === 'object' && errorForm[Number(status)] === 'facts'
      const expected = isPart ? expect.arrayContaining(fieldsOf(body)) : fieldsOf(body)
      expect(fieldsOf(shape), `${status}: name the form as errorForm`).toEqual(expected)
    }
  })

  test.each(withAnswers)(
    '%s answers with the documented status and every documented field',
    (_key, operation, entry) => {
      for (const [status, shape] of answersOf(entry)) {
        // One document shows answers without their status.
        if (status === '2xx') expect([200, 201]).toContain(operation.status ?? 200)
        else expect(String(operation.status ?? 200)).toBe(status)
        expect(unknownFields(shape, answerSchema(operation))).toEqual([])
      }
    },
  )
})
