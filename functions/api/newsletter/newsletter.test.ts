import { GetObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '#domains/commands/model.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

const JID = '120363025246817665@newsletter'
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
})
beforeEach(async () => {
  device = await world.onlineDevice(tenant)
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, own = device) =>
  world.call(method, `/newsletter${path}`, { headers: own.headers, body })

/** What the device's task was asked to do. */
const asked = () =>
  world.runner.commands.filter(({ deviceId }) => deviceId === device.id).map(({ work }: Command) => work)

const channel = {
  jid: JID,
  name: 'Tech News',
  description: 'Latest tech updates',
  subscribers: 1500,
  invite: 'ABC123XYZ',
  state: 'active',
  verification: 'verified',
  createdAt: 1_688_746_895,
  nameId: '1688746895480511',
  descriptionId: '1689653839450668',
  role: 'subscriber',
  muted: false,
}

test('the newsletters of the account are listed in both documented forms', async () => {
  world.runner.onQuery('newsletter.list', () => [channel])
  expect((await call('GET', '/list')).body).toEqual({
    Newsletter: [
      {
        id: JID,
        state: { type: 'active' },
        thread_metadata: {
          creation_time: '1688746895',
          description: { id: '1689653839450668', text: 'Latest tech updates', update_time: '1689653839450668' },
          invite: 'ABC123XYZ',
          name: { id: '1688746895480511', text: 'Tech News', update_time: '1688746895480511' },
          subscribers_count: '1500',
          verification: 'verified',
        },
        viewer_metadata: { mute: 'off', role: 'subscriber' },
      },
    ],
  })
  expect((await call('GET', '/subscribed')).body).toEqual({
    success: true,
    newsletters: [
      {
        jid: JID,
        name: 'Tech News',
        description: 'Latest tech updates',
        subscribers: 1500,
        muted: false,
        invite_code: 'ABC123XYZ',
      },
    ],
  })
})

test('a newsletter is made with a name of 25 characters at most and its picture as a JPEG', async () => {
  world.runner.onQuery('newsletter.create', ({ work }) => ({
    newsletter: { ...channel, name: 'name' in work ? work.name : '' },
    pictureSet: true,
  }))
  const name = 'A name that is longer than WhatsApp takes'
  const made = await call('POST', '/create', { name, description: 'About it', picture: PNG })
  expect(made.body).toEqual({
    success: true,
    jid: JID,
    name: name.slice(0, 25),
    message: 'Newsletter created successfully',
  })
  const [work] = asked()
  if (work?.type !== 'newsletter.create') throw new Error('not asked')
  const object = await world.ctx.stores.s3.send(
    new GetObjectCommand({
      Bucket: world.ctx.stores.buckets.media,
      Key: work.pictureKey,
    }),
  )
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  expect([...bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])

  world.runner.onQuery('newsletter.create', () => ({ newsletter: channel, pictureSet: false }))
  expect(at((await call('POST', '/create', { name: 'x', picture: PNG })).body, 'message')).toMatch(
    /did not take its pict/,
  )
  expect((await call('POST', '/create', { description: 'no name' })).body).toEqual({
    success: false,
    message: 'name is required',
  })
  expect((await call('POST', '/create', { name: 'x', picture: 'data:image/png;base64,AAAA' })).status).toBe(400)
})

test('information is given by JID; one that is unknown or no JID is told', async () => {
  world.runner.onQuery('newsletter.info', () => channel)
  expect((await call('POST', '/info', { jid: JID })).body).toEqual({
    jid: JID,
    name: 'Tech News',
    description: 'Latest tech updates',
    subscribers: 1500,
    invite_code: 'ABC123XYZ',
    muted: false,
    role: 'subscriber',
  })
  for (const jid of ['nonsense', '5511987654321@s.whatsapp.net', '']) {
    const wrong = await call('POST', '/info', { jid })
    expect([wrong.status, wrong.body]).toEqual([400, 'invalid newsletter ID'])
  }
})

test('following and leaving reach WhatsApp, by JID and by invitation', async () => {
  for (const type of ['newsletter.follow', 'newsletter.unfollow'] as const) world.runner.onQuery(type, () => ({}))
  world.runner.onQuery('newsletter.info', () => channel)
  const followed = { success: true, message: 'Subscribed successfully' }
  const left = { success: true, message: 'Unsubscribed successfully' }
  expect((await call('POST', '/follow', { jid: JID })).body).toEqual(followed)
  expect((await call('POST', '/unfollow', { jid: JID })).body).toEqual(left)
  const link = 'https://whatsapp.com/channel/0029VaABC123XYZ'
  expect((await call('POST', '/follow-invite', { invite_code: link })).body).toEqual({ ...followed, jid: JID })
  expect((await call('POST', '/unfollow-invite', { invite_code: '0029VaABC123XYZ' })).body).toEqual(left)
  expect(asked()).toEqual([
    { type: 'newsletter.follow', jid: JID },
    { type: 'newsletter.unfollow', jid: JID },
    { type: 'newsletter.info', invite: '0029VaABC123XYZ' },
    { type: 'newsletter.follow', jid: JID },
    { type: 'newsletter.info', invite: '0029VaABC123XYZ' },
    { type: 'newsletter.unfollow', jid: JID },
  ])
  expect((await call('POST', '/follow-invite', { invite_code: '?' })).status).toBe(400)
})

test('muting, reacting, viewing, live updates and terms say what was done', async () => {
  const types = ['newsletter.mute', 'newsletter.react', 'newsletter.view', 'newsletter.accept-terms'] as const
  for (const type of types) world.runner.onQuery(type, () => ({}))
  world.runner.onQuery('newsletter.live', () => ({ seconds: 300 }))
  const said = async (path: string, body: unknown) => (await call('POST', path, body)).body
  expect(await said('/mute', { jid: JID, mute: true })).toEqual({
    success: true,
    message: 'Notifications muted successfully',
  })
  expect(await said('/mute', { jid: JID, mute: false })).toMatchObject({
    message: 'Notifications unmuted successfully',
  })
  expect(await said('/reaction', { jid: JID, server_id: 12345, reaction: '👍' })).toEqual({
    success: true,
    message: 'Reaction sent successfully',
  })
  expect(await said('/reaction', { jid: JID, server_id: 12345, reaction: '' })).toMatchObject({
    message: 'Reaction removed successfully',
  })
  expect(await said('/mark-viewed', { jid: JID, server_ids: [1, 2] })).toEqual({
    success: true,
    message: 'Messages marked as viewed',
  })
  expect(await said('/subscribe-live-updates', { jid: JID })).toEqual({
    success: true,
    duration: 300,
    message: 'Subscribed to live updates',
  })
  expect(await said('/accept-tos', {})).toEqual({ success: true, message: 'Terms of service accepted' })
  expect(asked().at(-1)).toEqual({ type: 'newsletter.accept-terms', noticeId: '20601218', stage: '5' })
  for (const [path, body] of [
    ['/mute', { jid: 'x', mute: true }],
    ['/reaction', { jid: 'x', server_id: 1, reaction: '' }],
    ['/mark-viewed', { jid: 'x', server_ids: [1] }],
    ['/subscribe-live-updates', { jid: 'x' }],
    ['/message-updates', { jid: 'x' }],
  ] as const) {
    expect(await said(path, body), path).toBe('invalid JID')
  }
  expect((await call('POST', '/reaction', { jid: JID, server_id: 0, reaction: 'x' })).status).toBe(400)
  expect((await call('POST', '/mark-viewed', { jid: JID, server_ids: [] })).status).toBe(400)
})

test('messages come in pages with words, captions and counts; updates with counts', async () => {
  const post = {
    id: '3EB0C767D26A1D74',
    serverId: 12345,
    kind: 'text',
    at: 1640995200,
    views: 150,
    reactions: { '👍': 25 },
  }
  world.runner.onQuery('newsletter.posts', () => [
    { ...post, text: 'Hello world!' },
    { ...post, serverId: 12346, kind: 'image', text: 'look', media: { mimeType: 'image/jpeg', directPath: '/v/x' } },
  ])
  world.runner.onQuery('newsletter.updates', () => [post])
  const page = await call('POST', '/messages', { jid: JID, before: 20000 })
  expect(page.body).toMatchObject({
    success: true,
    messages: [
      {
        id: post.id,
        server_id: 12345,
        type: 'text',
        timestamp: 1640995200,
        text: 'Hello world!',
        views_count: 150,
        reaction_counts: { '👍': 25 },
      },
      { type: 'image', caption: 'look', media: { mimetype: 'image/jpeg', direct_path: '/v/x' } },
    ],
  })
  expect(asked()[0]).toEqual({ type: 'newsletter.posts', jid: JID, count: 25, before: 20000 })
  expect((await call('POST', '/message-updates', { jid: JID, since: 1640995200 })).body).toMatchObject({
    success: true,
    updates: [{ server_id: 12345, views_count: 150 }],
  })
  expect((await call('POST', '/messages', { jid: JID, count: -1 })).status).toBe(400)
})

test('a device without a session says so, in the form of each operation', async () => {
  const fresh = await world.device(tenant)
  const answers = await Promise.all([
    call('GET', '/list', undefined, fresh),
    call('GET', '/subscribed', undefined, fresh),
    call('POST', '/info', { jid: JID }, fresh),
    call('POST', '/create', { name: 'x' }, fresh),
  ])
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [500, { error: 'no session' }],
    [500, { success: false, message: 'no session' }],
    [500, 'no session'],
    [500, 'no session'],
  ])
})

test('a post is a message of the account; what is no post is told', async () => {
  const posted = await call('POST', '/send', { jid: JID, message: 'Hello subscribers!' })
  expect(posted.body).toEqual({ success: true, id: expect.any(String), timestamp: expect.any(Number) })
  const work = world.runner.sends().find(({ messageId }) => messageId === at(posted.body, 'id'))
  expect(work).toMatchObject({ to: JID, content: { kind: 'text', text: 'Hello subscribers!' } })

  const image = await call('POST', '/send', { jid: JID, image: PNG, caption: 'Check this out!' })
  const imageWork = world.runner.sends().find(({ messageId }) => messageId === at(image.body, 'id'))
  expect(imageWork?.content).toMatchObject({ kind: 'image', caption: 'Check this out!', media: { width: 1 } })
  const file = await call('POST', '/send', { jid: JID, document: 'data:text/plain;base64,aGVsbG8=' })
  const fileWork = world.runner.sends().find(({ messageId }) => messageId === at(file.body, 'id'))
  expect(fileWork?.content).toMatchObject({ kind: 'document', media: { fileName: 'document' } })

  expect((await call('POST', '/send', { jid: JID })).body).toBe('no message content provided')
  expect((await call('POST', '/send', { jid: JID, message: 'x', image: PNG })).status).toBe(400)
  expect((await call('POST', '/send', { jid: 'x', message: 'x' })).status).toBe(400)
  expect((await call('POST', '/send', { jid: JID, image: 'data:image/png;base64,AAAA' })).status).toBe(400)
})

test('an admin is noted at WhatsApp first, and then gets the invitation', async () => {
  world.runner.onQuery('newsletter.invite-admin', () => ({ expiresAt: 1_641_600_000 }))
  const body = {
    phone: '+54 9 11 5555-3934',
    newsletter_jid: JID,
    image: PNG,
    caption: "You're invited to be an admin of our newsletter!",
    name: 'Tech Newsletter Admin Invite',
  }
  const invited = await call('POST', '/admin-invite', body)
  expect(invited.body).toEqual({
    success: true,
    id: expect.any(String),
    timestamp: expect.any(Number),
    recipient: '5491155553934',
    newsletter_jid: JID,
    invite_name: body.name,
    expires_at: 1_641_600_000,
    message: 'Newsletter admin invite sent successfully',
  })
  expect(asked()[0]).toEqual({ type: 'newsletter.invite-admin', jid: JID, phone: '5491155553934' })
  const work = world.runner.sends().find(({ messageId }) => messageId === at(invited.body, 'id'))
  expect(work).toMatchObject({
    to: '5491155553934@s.whatsapp.net',
    content: { kind: 'invite', newsletterJid: JID, newsletterName: body.name, expiresAt: 1_641_600_000 },
  })
  for (const field of ['phone', 'newsletter_jid', 'image', 'caption', 'name']) {
    const wrong = await call('POST', '/admin-invite', { ...body, [field]: '' })
    expect(wrong.status, field).toBe(400)
    expect(at(wrong.body, 'error')).toContain(field)
  }
})
