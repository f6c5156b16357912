import { expect, test } from 'vitest'
import type { Operation } from '#kit/define-operation.ts'
import type { Needs } from '#kit/resources.ts'
import type { Domain } from './catalogue.ts'
import { assertOwnPrefixes, knownRoutes, needsOf, routesOf, splitDomains, streamPatterns } from './routes.ts'

const domain = (name: string, paths: string[], needs: Needs[] = []): Domain => ({
  name,
  operations: paths.map((path, at) => ({
    file: `functions/api/${name}/${at}.ts`,
    value: { path, needs: needs[at] ?? {} } as Operation,
  })),
})

test('routes are greedy below the segments that decide the domain, and exact where an operation is', () => {
  const paths = ['/chat/send/text', '/chat/send/image', '/health', '/api/send', '/api/v1/users', '/api/v1/users/{id}']
  expect(routesOf(domain('all', paths))).toEqual([
    '/api/send',
    '/api/v1/users',
    '/api/v1/users/{proxy+}',
    '/chat/{proxy+}',
    '/health',
  ])
})

test('two domains cannot claim one prefix', () => {
  const domains = [domain('one', ['/chat/a']), domain('two', ['/chat/b'])]
  expect(() => assertOwnPrefixes(domains)).toThrow('the prefix /chat belongs to the domain "one"')
})

const streaming = (made: Domain, path: string): Domain => {
  const found = made.operations.find(({ value }) => value.path === path)
  if (found) found.value = { ...found.value, streaming: true }
  return made
}

test('what streams goes to a function of its own, with whatever CloudFront cannot tell from it', () => {
  const paths = ['/files', '/files/{id}', '/files/{id}/content', '/files/{id}/content/{part}']
  const files = streaming(domain('files', paths), '/files/{id}/content')
  expect(streamPatterns(files)).toEqual(['/files/*/content'])
  const { whole, streaming: streams } = splitDomains([files, domain('chat', ['/chat/a'])])
  const shown = (parts: Domain[]) =>
    parts.map(({ name, operations }) => [name, ...operations.map(({ value }) => value.path)])
  expect(shown(whole)).toEqual([
    ['files', '/files', '/files/{id}', '/files/{id}/content/{part}'],
    ['chat', '/chat/a'],
  ])
  expect(shown(streams)).toEqual([['files', '/files/{id}/content']])
  const greedy = splitDomains([streaming(domain('files', paths), '/files/{id}')])
  expect(shown(greedy.streaming)).toEqual([['files', ...paths.slice(1)]])
})

test('a domain cannot take what streams from another one', () => {
  const events = streaming(domain('events', ['/{device}/events']), '/{device}/events')
  expect(() => splitDomains([events, domain('admin', ['/admin/events'])])).toThrow('streams in the domain "events"')
})

test('a function gets the widest access that one of its operations needs, and no more', () => {
  const needs: Needs[] = [{ main: 'read', authKey: 'encrypt' }, { main: 'write' }, { media: 'read', authKey: 'use' }]
  expect(needsOf(domain('one', ['/a', '/b', '/c'], needs))).toEqual({
    main: 'readWrite',
    authKey: 'use',
    media: 'read',
    frontSecret: 'read',
  })
})

test('the routes that are known are those of every domain, with nothing else of their operations', () => {
  const domains = [domain('one', ['/chat/a']), domain('two', ['/api/v1/b'])]
  expect(knownRoutes(domains).map(({ path }) => path)).toEqual(['/chat/a', '/api/v1/b'])
  expect(Object.keys(knownRoutes(domains)[0] ?? {})).toEqual(['method', 'path', 'system'])
})
