import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import {
  createNewsletter,
  getNewsletter,
  inviteAdmin,
  listNewsletters,
  listPosts,
  listUpdates,
  subscribeLive,
} from '#domains/newsletters/newsletters.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550006001'
const READER = '15550006002'
const AUTHOR = '15550006003'

let world: World
/** A device whose account owns channels, and one whose account follows them. */
let owner: Device
let reader: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  owner = await world.pair(await world.createDevice(), OWN)
  reader = await world.pair(await world.createDevice(), READER)
  world.network.createPhone(AUTHOR)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

/** Facts of the events of a type that were raised for a device. */
const raised = async (device: Device, type: string): Promise<Record<string, unknown>[]> => {
  const { items } = await world.main.query<Record<string, unknown>>({ pk: `D#${device.id}`, prefix: 'SG#' })
  return items.flatMap(readOutbox).flatMap((event) => (event.type === type && event.facts ? [event.facts] : []))
}

const until = (device: Device, type: string, accept: (facts: Record<string, unknown>) => boolean) =>
  waitFor(`event ${type}`, async () => (await raised(device, type)).find(accept))

const stored = (device: Device, jid: string, id: string, accept = (_: Message) => true): Promise<Message> =>
  waitFor(`post ${id}`, async () =>
    (await world.conversation(device, jid)).find((message) => message.messageId === id && accept(message)),
  )

const put = async (key: string, bytes: Buffer) => {
  await world.emulators.s3.send(new PutObjectCommand({ Bucket: world.emulators.bucket, Key: key, Body: bytes }))
  return { key, sizeBytes: bytes.length }
}

test('a channel is made with its picture, found by address and by invitation, and listed', async () => {
  const { key } = await put('pictures/1', Buffer.from('a picture'))
  const facts = { name: 'News of the shop', description: 'What is new', pictureKey: key }
  const made = await createNewsletter(world.port, owner, facts)
  expect(made).toMatchObject({
    pictureSet: true,
    newsletter: { name: 'News of the shop', description: 'What is new', role: 'owner', muted: false, subscribers: 1 },
  })
  const { jid, invite } = made.newsletter
  expect(world.network.newsletters.get(jid)).toMatchObject({ name: 'News of the shop', hasPicture: true })
  expect(await getNewsletter(world.port, reader, { invite })).toMatchObject({ jid, role: 'guest' })
  expect((await listNewsletters(world.port, owner)).map((each) => each.jid)).toContain(jid)
  await expect(getNewsletter(world.port, reader, { jid: '120363000000000000@newsletter' })).rejects.toMatchObject({
    code: 'not_found',
  })
}, 30_000)

test('following, muting and leaving change the account at WhatsApp, and are announced', async () => {
  const { id: jid } = world.network.newsletters.create(AUTHOR, 'Weather')
  const follower = () => world.network.newsletters.get(jid).followers.find(({ phone }) => phone === READER)
  await world.ask(reader, { type: 'newsletter.follow', jid })
  expect(follower()).toMatchObject({ role: 'subscriber', muted: false })
  expect(await until(reader, 'newsletter.joined', (facts) => facts.jid === jid)).toMatchObject({ name: 'Weather' })

  await world.ask(reader, { type: 'newsletter.mute', jid, mute: true })
  expect(follower()).toMatchObject({ muted: true })
  await until(reader, 'newsletter.mute_changed', (facts) => facts.jid === jid && facts.muted === true)
  await world.ask(reader, { type: 'newsletter.mute', jid, mute: false })
  expect(follower()).toMatchObject({ muted: false })

  await world.ask(reader, { type: 'newsletter.unfollow', jid })
  expect(follower()).toBeUndefined()
  await until(reader, 'newsletter.left', (facts) => facts.jid === jid)
  await expect(world.ask(reader, { type: 'newsletter.mute', jid, mute: true })).rejects.toMatchObject({
    code: 'forbidden',
  })
}, 30_000)

test('words and files are posted as they are, with kind and handle; who may not post is told', async () => {
  const { newsletter } = await createNewsletter(world.port, owner, { name: 'Posts' })
  const { jid } = newsletter
  const words = await world.send(owner, jid, { kind: 'text', text: 'Hello subscribers!' })
  await world.untilStatus(words, 'sent')
  const file = Buffer.alloc(50_000, 3)
  const image = { ...(await put('posts/1', file)), mimeType: 'image/png', width: 4, height: 3 }
  await world.untilStatus(await world.send(owner, jid, { kind: 'image', media: image, caption: 'look' }), 'sent')
  const voice = { ...(await put('posts/2', file)), mimeType: 'audio/ogg' }
  await world.untilStatus(await world.send(owner, jid, { kind: 'audio', media: voice }), 'sent')

  const { posts } = world.network.newsletters.get(jid)
  expect(posts).toMatchObject([
    { id: words.messageId, kind: 'text', text: 'Hello subscribers!' },
    { kind: 'image', caption: 'look', media: { mimetype: 'image/png', size: file.length } },
    { kind: 'audio', media: { size: file.length } },
  ])
  const refused = await world.send(reader, jid, { kind: 'text', text: 'I may not' })
  expect((await world.untilStatus(refused, 'failed')).error).toMatchObject({ code: 'send_failed', providerCode: 403 })
}, 40_000)

test('posts arrive at followers as messages with their number and their file', async () => {
  const { id: jid } = world.network.newsletters.create(AUTHOR, 'Pictures')
  await world.ask(reader, { type: 'newsletter.follow', jid })
  const text = world.network.newsletters.post(AUTHOR, jid, { text: 'first' })
  expect(await stored(reader, jid, text.id)).toMatchObject({
    text: 'first',
    direction: 'in',
    isGroup: false,
    payload: { serverId: text.serverId },
    post: 'channel',
  })
  const bytes = Buffer.alloc(9_000, 8)
  const image = world.network.newsletters.post(AUTHOR, jid, {
    image: { base64: bytes.toString('base64'), caption: 'sun' },
  })
  const message = await stored(reader, jid, image.id, ({ media }) => media?.state !== 'pending')
  expect(message).toMatchObject({ kind: 'image', text: 'sun', media: { state: 'ready', sizeBytes: bytes.length } })
}, 30_000)

test('posts of channels are left out while that is set', async () => {
  const { id: jid } = world.network.newsletters.create(AUTHOR, 'Quiet')
  await world.ask(reader, { type: 'newsletter.follow', jid })
  const { settings } = await world.currentDevice(reader)
  await world.change(reader, { settings: { ...settings, skipNewsletters: true } })
  await world.ask(reader, { type: 'device.reconcile' })
  const skipped = world.network.newsletters.post(AUTHOR, jid, { text: 'unseen' })
  const { id } = await world.network.phone(AUTHOR).send({ to: READER, text: 'afterwards' })
  await stored(reader, `${AUTHOR}@s.whatsapp.net`, id)
  expect((await world.conversation(reader, jid)).map(({ messageId }) => messageId)).not.toContain(skipped.id)
  await world.change(reader, { settings })
  await world.ask(reader, { type: 'device.reconcile' })
  const seen = world.network.newsletters.post(AUTHOR, jid, { text: 'seen' })
  await stored(reader, jid, seen.id)
}, 30_000)

test('posts are listed in pages; reactions and views count, and live updates tell of them', async () => {
  const { id: jid } = world.network.newsletters.create(AUTHOR, 'Pages')
  const made = ['one', 'two', 'three', 'four'].map((text) => world.network.newsletters.post(AUTHOR, jid, { text }))
  const [one, two, three, four] = made.map(({ serverId }) => serverId)
  const newest = await listPosts(world.port, reader, { jid, count: 2 })
  expect(newest).toMatchObject([
    { serverId: three, text: 'three', kind: 'text' },
    { serverId: four, text: 'four' },
  ])
  const older = await listPosts(world.port, reader, { jid, count: 2, before: three ?? 0 })
  expect(older.map(({ serverId }) => serverId)).toEqual([one, two])

  expect(await subscribeLive(world.port, reader, jid)).toBeGreaterThan(0)
  await world.ask(reader, { type: 'newsletter.react', jid, serverId: two ?? 0, reaction: '❤️' })
  await world.ask(reader, { type: 'newsletter.view', jid, serverIds: [one ?? 0, two ?? 0] })
  expect(world.network.newsletters.get(jid).posts).toMatchObject([
    { views: 1, reactions: {} },
    { views: 1, reactions: { '❤️': 1 } },
    { views: 0 },
    { views: 0 },
  ])
  await until(reader, 'newsletter.live_updated', ({ posts }) => {
    const [post] = posts as { serverId: number; reactions: Record<string, number> }[]
    return post?.serverId === two && post?.reactions['❤️'] === 1
  })
  const [changed] = await listUpdates(world.port, reader, { jid, after: one ?? 0, count: 1 })
  expect(changed).toMatchObject({ serverId: two, views: 1, reactions: { '❤️': 1 } })

  await world.ask(reader, { type: 'newsletter.react', jid, serverId: two ?? 0, reaction: '' })
  expect(world.network.newsletters.get(jid).posts[1]?.reactions).toEqual({})
  const unknown = world.ask(reader, { type: 'newsletter.react', jid, serverId: 9999, reaction: '❤️' })
  await expect(unknown).rejects.toMatchObject({ code: 'not_found' })
}, 30_000)

test('terms are accepted, and an admin is invited by number', async () => {
  await world.ask(owner, { type: 'newsletter.accept-terms', noticeId: '20601218', stage: '5' })
  expect(world.network.newsletters.notices(OWN)).toEqual({ '20601218': '5' })
  const { newsletter } = await createNewsletter(world.port, owner, { name: 'Team' })
  const until = await inviteAdmin(world.port, owner, newsletter.jid, AUTHOR)
  expect(until).toBeGreaterThan(Date.now() / 1000)
  expect(world.network.newsletters.get(newsletter.jid).adminInvites).toHaveLength(1)
  await expect(inviteAdmin(world.port, owner, newsletter.jid, '15559999999')).rejects.toMatchObject({
    code: 'not_on_whatsapp',
  })
  await expect(inviteAdmin(world.port, reader, newsletter.jid, AUTHOR)).rejects.toMatchObject({ code: 'forbidden' })
}, 30_000)
