import { readFileSync } from 'node:fs'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { ROOT } from '#infra/catalogue.ts'
import type { System } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { STYLES } from '#kit/http/styles.ts'

type EdgeRequest = { uri: string; headers: Record<string, { value: string }> }
type EdgeResult = EdgeRequest & { statusCode?: number; body?: string }

/** Runs one of the functions that CloudFront runs, as it does: a script that has a global function `handler`. */
const run = (name: string, uri: string, headers: Record<string, string> = {}): EdgeResult => {
  const script = readFileSync(path.join(ROOT, 'infra/assets/edge', `${name}.js`), 'utf8')
  const request = {
    uri,
    headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, { value }])),
  }
  return runInNewContext(`${script}\nhandler(event)`, { event: { request } }) as EdgeResult
}

test('a body Lambda cannot take is answered with the way to upload it', () => {
  const answer = run('limit-body', '/chat/send/image', {
    'content-length': '6000000',
    'content-type': 'application/json',
  })
  expect(answer.statusCode).toBe(413)
  expect(answer.body).toContain('POST /api/v1/uploads')
  expect(answer.headers['access-control-allow-origin']).toEqual({ value: '*' })
})

test('that answer has the form which the same error has behind it', () => {
  const large = { 'content-length': '6000000', 'content-type': 'application/json' }
  const shown: [string, string, System][] = [
    ['/chat/send/image', 'adm_1', 'digigo'],
    ['/api/send', '', 'manager'],
    ['/api/v1/messages/send', 'ceox_1', 'ceox'],
    ['/api/v1/messages', 'Bearer eyJ', 'cx'],
    ['/api/v1/devices', 'Bearer mt_1', 'guide'],
    ['/api/v1/devices', 'Basic YTpi', 'guide'],
  ]
  for (const [uri, authorization, system] of shown) {
    const answer = run('limit-body', uri, { ...large, authorization: authorization })
    const same = STYLES[system].failure({ error: fail('payload_too_large'), operation: undefined, requestId: '' })
    const { requestId: _, ...expected } = JSON.parse(JSON.stringify(same)) as Record<string, unknown>
    expect(JSON.parse(String(answer.body)), uri).toEqual(expected)
  }
})

test('a body that will travel as base64 has the lower limit', () => {
  const length = { 'content-length': '5000000' }
  const multipart = run('limit-body', '/x', { ...length, 'content-type': 'multipart/form-data; boundary=1' })
  expect(multipart.statusCode).toBe(413)
  const json = run('limit-body', '/x', { ...length, 'content-type': 'application/json; charset=utf-8' })
  expect(json.statusCode).toBeUndefined()
})

test('a request without a body passes as it is', () => {
  expect(run('limit-body', '/health')).toEqual({ uri: '/health', headers: {} })
})

test('a socket goes to the root of the stage and says which path it came by', () => {
  const request = run('socket-root', '/api/v1/devices/qr-code', { 'x-switchboard-path': 'forged' })
  expect(request.uri).toBe('/live')
  expect(request.headers['x-switchboard-path']).toEqual({ value: '/api/v1/devices/qr-code' })
})

test('addresses of the dashboard are one page, and its files are themselves', () => {
  const pages = ['/', '/app', '/app/inbox/12', '/app/contacts/ada@example.com', '/index.html']
  expect(pages.map((uri) => run('site-page', uri).uri)).toEqual(pages.map(() => '/index.html'))
  expect(run('site-page', '/assets/index-1a2b.js').uri).toBe('/assets/index-1a2b.js')
})
