import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadCatalogue, ROOT } from '#infra/catalogue.ts'
import type { ErrorCode } from '#kit/errors.ts'
import { actionFor } from '#runner/connection/disconnects.ts'
import { refusal } from '#runner/outbound/failures.ts'
import { ApiError } from '../lib/api-error.ts'
import { texts as enCore } from './en/core.ts'
import { texts as enDevices } from './en/devices.ts'
import { texts as enInbox } from './en/inbox.ts'
import { texts as esCore } from './es/core.ts'
import { texts as esDevices } from './es/devices.ts'
import { texts as esInbox } from './es/inbox.ts'
import { explain, explainField } from './explain.ts'
import { texts as ptCore } from './pt/core.ts'
import { texts as ptDevices } from './pt/devices.ts'
import { texts as ptInbox } from './pt/inbox.ts'

const LANGUAGES = [
  { language: 'English', core: enCore, devices: enDevices, inbox: enInbox },
  { language: 'Spanish', core: esCore, devices: esDevices, inbox: esInbox },
  { language: 'Portuguese', core: ptCore, devices: ptDevices, inbox: ptInbox },
]

/** Codes that any call may fail with, though no operation declares them: what routes, reads and guards requests gives them. */
const OF_ALL: ErrorCode[] = [
  'forbidden',
  'idempotency_mismatch',
  'in_progress',
  'internal_error',
  'invalid_json',
  'method_not_allowed',
  'not_found',
  'organization_cancelled',
  'organization_suspended',
  'payload_too_large',
  'request_timeout',
  'too_many_attempts',
  'try_again',
  'unauthenticated',
  'unsupported_type',
  'validation_failed',
]

/** The keys of the operations that the dashboard calls. */
const calledKeys = (): Set<string> =>
  new Set(
    readdirSync(path.join(ROOT, 'web/src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => [
        ...readFileSync(path.join(ROOT, 'web/src', file), 'utf8').matchAll(/endpoint<typeof \w+>\(\s*'([^']+)'/g),
      ])
      .map(([, key = '']) => key),
  )

const codesOfCalls = async (): Promise<string[]> => {
  const called = calledKeys()
  const { domains } = await loadCatalogue()
  const operations = domains.flatMap((domain) => domain.operations.map(({ value }) => value))
  return [...new Set([...OF_ALL, ...operations.flatMap(({ key, errors }) => (called.has(key) ? errors : []))])]
}

/** WhatsApp's codes: those of refused messages are of three digits as the ones of closed connections. */
const CODES = Array.from({ length: 300 }, (_, at) => 400 + at)

describe.each(LANGUAGES)('$language', ({ core, devices, inbox }) => {
  test('has a sentence for every code that a call of the dashboard may fail with', async () => {
    const codes = await codesOfCalls()
    expect(codes.length).toBeGreaterThan(OF_ALL.length)
    expect(codes.filter((code) => !Object.hasOwn(core.errors.codes, code))).toEqual([])
  })

  test('has a sentence for every close code whose meaning is known', () => {
    const unknown = actionFor(699, 'linked').reason
    const known = CODES.map((code) => ({ code, ...actionFor(code, 'linked') })).filter(
      ({ reason }) => reason !== unknown,
    )
    expect(known.length).toBeGreaterThan(5)
    expect(known.filter(({ state, code }) => !Object.hasOwn(devices.because, `${state}${code}`))).toEqual([])
  })

  test('has a sentence for every code of a refused message whose meaning is known', () => {
    const known = CODES.filter((code) => !refusal(code).message.endsWith(`with code ${code}.`))
    expect(known.length).toBeGreaterThan(5)
    expect(known.filter((code) => !Object.hasOwn(inbox.refusals, code))).toEqual([])
  })
})

const failed = (code: string, more: { fields?: { path: string; message: string }[]; status?: number } = {}) =>
  new ApiError({ status: 400, code, message: 'The words of the server.', ...more })

describe('a failure', () => {
  test('is told by its code, in the language of the page', () => {
    expect(explain(esCore, failed('conflict'))).toBe(esCore.errors.codes.conflict)
    expect(explain(ptCore, failed('device_logged_out'))).toBe(ptCore.errors.codes.device_logged_out)
  })

  test('with a code that is not known has the words of the server, unless nobody wrote any', () => {
    expect(explain(esCore, failed('made_up'))).toBe('The words of the server.')
    expect(explain(esCore, failed('http_502', { status: 502 }))).toBe(esCore.errors.unknown)
    expect(explain(esCore, new TypeError('x is not a function'))).toBe(esCore.errors.unknown)
  })

  test('with a sentence of its own has that one, though the server names the field and what is wrong with it', () => {
    const error = failed('email_taken', { fields: [{ path: 'email', message: 'belongs to another user already' }] })
    expect(explain(esCore, error)).toBe(esCore.errors.codes.email_taken)
    expect(explainField(esCore, error, 'email')).toBe(esCore.errors.codes.email_taken)
    expect(explainField(esCore, error, 'name')).toBeUndefined()
  })

  test('names the input that broke its rule, and the rule', () => {
    const error = failed('validation_failed', { fields: [{ path: 'body.name', message: 'is required' }] })
    expect(explain(esCore, error)).toBe('No es válido: body.name: is required')
    expect(explain(esCore, failed('validation_failed'))).toBe(esCore.errors.codes.validation_failed)
    expect(explainField(esCore, error, 'name')).toBe('No es válido: is required')
    expect(explainField(esCore, error, 'phone')).toBeUndefined()
    expect(explainField(esCore, null, 'name')).toBeUndefined()
  })
})
