import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineOperation, type Operation } from '../define-operation.ts'
import { fail } from '../errors.ts'
import { STYLES } from './styles.ts'

const declared = (key: string, more: Partial<Operation> = {}): Operation =>
  defineOperation({
    key,
    group: 'test',
    summary: 'A test',
    auth: ['deviceToken'],
    input: {},
    output: z.object({ Details: z.string() }),
    errors: [],
    needs: {},
    handler: async () => ({ Details: 'Sent' }),
    ...more,
  }) as Operation

const data = { Details: 'Sent' }
const broken = fail('validation_failed', {
  details: [
    { path: 'Phone', message: 'is required' },
    { path: 'ContextInfo.StanzaId', message: 'is required' },
  ],
})
const words = 'Phone: is required; ContextInfo.StanzaId: is required'

const failure = (operation: Operation, error = broken): unknown =>
  STYLES[operation.system].failure({ error, operation, requestId: 'req_1' })

describe('DIGIGO', () => {
  test.each([
    [undefined, { code: 200, data, success: true }],
    ['bare', { code: 200, data }],
    ['merged', { code: 200, Details: 'Sent', success: true }],
    ['flat', data],
  ] as const)('envelope %s', (envelope, body) => {
    const operation = declared('digigo POST /x', { envelope })
    expect(STYLES.digigo.success(data, 200, operation)).toEqual(body)
    expect(STYLES.digigo.schema(operation).safeParse(body).success).toBe(true)
  })

  test('a missing credential has the words of its kind', () => {
    const error = fail('unauthenticated')
    expect(failure(declared('digigo POST /x'), error)).toEqual({ error: 'unauthorized' })
    const admin = declared('digigo POST /admin/x', { auth: ['adminToken'] })
    expect(failure(admin, error)).toEqual({ error: 'unauthorized - admin token required' })
  })

  test('a failure names every field; an operation may name another form', () => {
    expect(failure(declared('digigo POST /x'))).toEqual({ code: 400, error: words, success: false })
    expect(failure(declared('digigo POST /x', { errorForm: 'bare' }))).toEqual({ error: words })
    expect(failure(declared('digigo POST /x', { errorForm: 'text' }))).toBe(words)
    expect(failure(declared('digigo POST /x', { errorForm: 'message' }))).toEqual({ success: false, message: words })
    expect(failure(declared('digigo POST /x', { errorForm: { 400: 'text' } }))).toBe(words)
    expect(failure(declared('digigo POST /x', { errorForm: { 500: 'text' } }))).toMatchObject({
      code: 400,
      error: words,
    })
    expect(failure(declared('digigo POST /x', { errorForm: 'data' }))).toEqual({
      code: 400,
      data: words,
      success: false,
    })
    expect(failure(declared('digigo POST /x'), fail('no_session'))).toEqual({ error: 'no session' })
  })
})

test('Manager answers flat with a boolean status', () => {
  const operation = declared('manager POST /api/x', { output: z.object({ status: z.boolean(), message: z.string() }) })
  const body = { status: false, message: 'DISCONNECTED' }
  expect(STYLES.manager.success(body, 200, operation)).toEqual(body)
  expect(STYLES.manager.success(data, 200, operation)).toEqual({ status: true, ...data })
  expect(failure(operation)).toEqual({ status: false, message: words, code: 'validation_failed' })
})

test('CEOX answers plain values, and failures with text, code and fields', () => {
  const operation = declared('ceox POST /api/v1/x')
  expect(STYLES.ceox.success(data, 200, operation)).toEqual(data)
  expect(failure(operation)).toEqual({ error: words, code: 'validation_failed', details: broken.details })
})

test('Guide answers plain values, and failures with a sentence and its code', () => {
  const operation = declared('guide POST /api/v1/x')
  expect(STYLES.guide.success([data], 200, operation)).toEqual([data])
  expect(failure(operation)).toEqual({ error: words, code: 'validation_failed' })
})

test.each(['cx', 'own'] as const)('%s answers under data, and failures with code, fields and request', (system) => {
  const operation = declared(`${system} POST /api/v1/x`)
  expect(STYLES[system].success(data, 200, operation)).toEqual({ data })
  expect(STYLES[system].schema(operation).safeParse({ data }).success).toBe(true)
  expect(failure(operation)).toEqual({
    error: { code: 'validation_failed', message: broken.message, details: broken.details },
    requestId: 'req_1',
  })
})
