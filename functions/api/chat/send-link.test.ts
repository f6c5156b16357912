import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { useServers } from '#test/harness/serve.ts'

let world: ApiWorld
let device: ApiDevice
let picture: Buffer
const serve = useServers()

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
  picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#369' } })
    .jpeg()
    .toBuffer()
})
beforeEach(() => {
  world.runner.commands.length = 0
  world.runner.onSend(() => 'ack')
})
afterAll(() => world?.close())

const PAGE = `<!doctype html><html><head><title>Plain title</title>
<meta property="og:title" content="Tom &amp; Ada&#8217;s page"><meta name='og:description' content='All about it'>
<meta property="og:image" content="/picture.jpg"></head><body>words</body></html>`

const site = (html: string, type = 'text/html; charset=utf-8') =>
  serve((request, response) => {
    if (request.url === '/picture.jpg')
      return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture)
    response.writeHead(200, { 'content-type': type }).end(html)
  })

const send = (kind: string, body: object, headers: Record<string, string> = device.headers): Promise<Invoked> =>
  world.call('POST', `/chat/send/${kind}`, { headers, body: { Phone: '5521971532711', ...body } })

const contentOf = (answer: Invoked) => {
  expect(answer.status, answer.text).toBe(200)
  return world.runner.sends().find((work) => work.messageId === at(answer.body, 'data.Id'))?.content
}

test('a link shows title, description and picture of its page, and its caption above it', async () => {
  const Link = `${await site(PAGE)}/shop`
  const content = contentOf(await send('link', { Link, Caption: 'Link Description' }))
  expect(content).toEqual({
    kind: 'text',
    text: `Link Description\n${Link}`,
    preview: { url: Link, title: 'Tom & Ada’s page', description: 'All about it', thumbnail: expect.any(String) },
  })
  const { thumbnail = '' } = (content as { preview: { thumbnail?: string } }).preview
  const { format, width, height } = await sharp(Buffer.from(thumbnail, 'base64')).metadata()
  expect({ format, width, height }).toEqual({ format: 'jpeg', width: 192, height: 96 })
  expect(contentOf(await send('link', { Link }))).toMatchObject({ text: Link })
})

test('a text shows the first page it links to, if that is asked for', async () => {
  const url = await site('<title>Only a title</title>')
  const Body = `Look (${url}/a), and www.example.invalid`
  expect(contentOf(await send('text', { Body, LinkPreview: true }))).toEqual({
    kind: 'text',
    text: Body,
    preview: { url: `${url}/a`, title: 'Only a title' },
  })
  expect(contentOf(await send('text', { Body }))).toEqual({ kind: 'text', text: Body })
  expect(contentOf(await send('text', { Body: 'no link', LinkPreview: true }))).toEqual({
    kind: 'text',
    text: 'no link',
  })
})

test('a page that says nothing, fails or is none is sent without preview', async () => {
  const links = [
    await site('<p>no title</p>'),
    await site('{}', 'application/json'),
    await serve((_request, response) => response.writeHead(500).end()),
    await serve((_request, response) => response.writeHead(302, { location: 'ftp://example.com/' }).end()),
    'http://127.0.0.1:1/',
  ]
  for (const Link of links) expect(contentOf(await send('link', { Link }))).toEqual({ kind: 'text', text: Link })
})

test('a page of an own network is never fetched, neither are its pictures', async () => {
  let asked = 0
  const secret = await serve((_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
  })
  process.env.ALLOW_PRIVATE_TARGETS = 'false'
  try {
    for (const Link of [secret, secret.replace('127.0.0.1', 'localhost'), 'http://169.254.169.254/latest/meta-data']) {
      expect(contentOf(await send('link', { Link }))).toEqual({ kind: 'text', text: Link })
    }
  } finally {
    process.env.ALLOW_PRIVATE_TARGETS = 'true'
  }
  expect(asked).toBe(0)
})

test('what is no link, too long or without credential or session is refused', async () => {
  const Link = 'https://example.invalid/'
  for (const wrong of [{}, { Link: 'example' }, { Link: 'ftp://example.com' }, { Link: 'https://a b' }]) {
    const answer = await send('link', wrong)
    expect([answer.status, at(answer.body, 'error')]).toEqual([400, expect.stringContaining('Link')])
  }
  expect((await send('link', { Link, Caption: 'x'.repeat(1025) })).status).toBe(400)
  expect((await send('link', { Link, Phone: '' })).status).toBe(400)
  expect((await send('link', { Link }, {})).status).toBe(401)
  const offline = await world.device(await world.tenant())
  expect((await send('link', { Link }, offline.headers)).status).toBe(500)
  expect(world.runner.sends()).toHaveLength(0)
})
