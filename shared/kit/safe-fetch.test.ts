import { hostname } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { useServers } from '#test/harness/serve.ts'
import { isPublicAddress, safeGet, safePost, safeUrl } from './safe-fetch.ts'

const serve = useServers()

const open = { allowPrivate: true, maxBytes: 1000 }

test('only addresses of the public internet count as public', () => {
  for (const address of ['8.8.8.8', '2606:4700::1111']) expect(isPublicAddress(address), address).toBe(true)
  const others = [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
  ]
  const mapped = ['::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::7f00:1', '198.18.0.1', '224.0.0.1', 'x']
  for (const address of [...others, ...mapped]) expect(isPublicAddress(address), address).toBe(false)
})

test('a URL that names something local, or another scheme, is refused before anything is opened', () => {
  const bad = ['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://[::1]/', 'http://localhost:3000/x']
  const worse = [
    'http://metadata.google.internal/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'x',
    'http://a:b@example.com/',
  ]
  for (const url of [...bad, ...worse]) expect(() => safeUrl(url, false), url).toThrow(/URL/)
  expect(safeUrl('https://webhook.site/1234567890', false).host).toBe('webhook.site')
  expect(safeUrl('http://127.0.0.1:9/', true).port).toBe('9')
})

test('a name that resolves to a private address is refused by the connection itself', async () => {
  const url = await serve((_request, response) => response.end('secret'))
  const named = url.replace('127.0.0.1', hostname())
  const refused = { code: expect.stringMatching(/unsafe_url|media_unreachable/) }
  await expect(safeGet(named, { ...open, allowPrivate: false })).rejects.toMatchObject(refused)
  await expect(safeGet(url, { ...open, allowPrivate: false })).rejects.toMatchObject({ code: 'unsafe_url' })
})

test('a redirect is checked like the first address', async () => {
  const target = await serve((_request, response) => response.end('file'))
  const good = await serve((_request, response) => response.writeHead(302, { location: `${target}/a%20b.pdf` }).end())
  const { body, fileName } = await safeGet(good, open)
  expect(String(await buffer(body))).toBe('file')
  expect(fileName).toBe('a b.pdf')
  const bad = await serve((_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
  await expect(safeGet(bad, open)).rejects.toMatchObject({ code: 'unsafe_url' })
  const loop = await serve((request, response) => response.writeHead(302, { location: request.url ?? '/' }).end())
  await expect(safeGet(loop, open)).rejects.toMatchObject({ code: 'media_unreachable' })
})

test('a file that grows over its limit is cut off, announced or not', async () => {
  const announced = await serve((_request, response) => response.end('x'.repeat(2000)))
  await expect(safeGet(announced, open)).rejects.toMatchObject({ code: 'payload_too_large' })
  const chunked = await serve((_request, response) => {
    response.write('x'.repeat(900))
    response.end('x'.repeat(900))
  })
  const { body } = await safeGet(chunked, open)
  await expect(buffer(body)).rejects.toMatchObject({ code: 'payload_too_large' })
})

test('an answer that is no file, and silence, are told as unreachable media', async () => {
  const missing = await serve((_request, response) => response.writeHead(404).end())
  await expect(safeGet(missing, open)).rejects.toMatchObject({ code: 'media_unreachable', message: /404/ })
  const silent = await serve(() => undefined)
  await expect(safeGet(silent, { ...open, timeoutMs: 100 })).rejects.toMatchObject({ code: 'media_unreachable' })
})

test('a POST gives status and Retry-After, follows no redirect, and tells silence from refusal', async () => {
  const busy = await serve((_request, response) => response.writeHead(503, { 'retry-after': '7' }).end())
  expect(await safePost(busy, { headers: {}, body: '{}' }, 1000, true)).toEqual({ status: 503, retryAfterSeconds: 7 })
  const away = await serve((_request, response) => response.writeHead(302, { location: busy }).end())
  expect(await safePost(away, { headers: {}, body: '{}' }, 1000, true)).toMatchObject({ status: 302 })
  const silent = await serve(() => undefined)
  await expect(safePost(silent, { headers: {}, body: '' }, 100, true)).rejects.toMatchObject({ timedOut: true })
  await expect(safePost(busy, { headers: {}, body: '' }, 100, false)).rejects.toMatchObject({ code: 'unsafe_url' })
})
