import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation, type Operation } from '../define-operation.ts'
import { openApiDocument } from './openapi.ts'

const common = { group: 'test', summary: 'A test', auth: ['apiKey'], input: {}, needs: {} } as const
const operation = (key: string, more: Partial<Operation> = {}): Operation =>
  defineOperation({
    ...common,
    key,
    output: z.object({ id: z.string() }),
    errors: [],
    handler: async () => ({ id: '1' }),
    ...more,
  }) as Operation

type Described = {
  parameters?: { in: string; name: string; schema: unknown }[]
  responses: Record<string, { content?: Record<string, { schema: unknown }>; headers?: Record<string, unknown> }>
}

const described = (...operations: Operation[]): Described => {
  const { paths } = JSON.parse(JSON.stringify(openApiDocument(operations))) as {
    paths: Record<string, { post: Described }>
  }
  const [path] = Object.values(paths)
  if (!path) throw new Error('there is no path')
  return path.post
}

const headersOf = ({ parameters = [] }: Described): string[] =>
  parameters.filter((one) => one.in === 'header').map(({ name }) => name)

test.each(['send_failed', 'outcome_unknown'] as const)(
  'an operation that may end with %s waits: it takes Prefer and has an answer for who does not',
  (code) => {
    const waits = described(operation('ceox POST /api/v1/sends', { errors: [code], idempotent: true }))
    expect(headersOf(waits)).toEqual(['Idempotency-Key', 'Prefer'])
    expect(waits.responses['202']?.content).toEqual(waits.responses['200']?.content)
    expect(waits.responses['200']?.content?.['application/json']?.schema).toBeDefined()
    expect(Object.keys(waits.responses['202']?.headers ?? {})).toEqual(['Preference-Applied'])
    expect(waits.responses['200']?.headers).toBeUndefined()
  },
)

test('an operation that does not wait has neither', () => {
  const plain = described(operation('ceox POST /api/v1/things', { errors: ['not_found'] }))
  expect(headersOf(plain)).toEqual([])
  expect(Object.keys(plain.responses)).not.toContain('202')
})

test('of two documents on one path either may wait, and each answer has its form', () => {
  const waits = operation('cx POST /api/v1/sends', { errors: ['send_failed'] })
  const both = described(operation('ceox POST /api/v1/sends'), waits)
  expect(headersOf(both)).toEqual(['Prefer'])
  expect(both.responses['202']).toBeDefined()
})

test('two documents on one path that both wait say so once', () => {
  const waits = (system: string) => operation(`${system} POST /api/v1/sends`, { errors: ['send_failed'] })
  const both = described(waits('ceox'), waits('cx'))
  expect(Object.keys(both.responses['202']?.headers ?? {})).toEqual(['Preference-Applied'])
  expect(both.responses['200']?.headers).toBeUndefined()
})
