import { GetObjectCommand } from '@aws-sdk/client-s3'
import { proto } from '@whiskeysockets/baileys'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type Chat, chatKey, labelKey } from '#domains/chats/model.ts'
import { isSynchronised } from '#domains/chats/synchronised.ts'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550005001'
const CUSTOMER = '15550005002'
const OTHER = '15550005003'
const jidOf = (phone: string): string => `${phone}@s.whatsapp.net`
const CHAT = jidOf(CUSTOMER)

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(CUSTOMER)
  world.network.createPhone(OTHER)
  world.network.createPhone(OWN)
  // What the phone's list shows before it is linked comes with the first synchronisation.
  await world.network.phone(OWN).chats.change(OTHER, { pinned: true, muted: true })
  await world.network.phone(OTHER).send({ to: OWN, text: 'from before' })
  device = await world.pair(await world.createDevice(), OWN)
  // It may write any chat once more; what the tests look at is the last write's event.
  await waitFor('the first synchronisation', () => isSynchronised(world.ctx, device.id))
}, 90_000)

afterEach(() => world.network.faults.clear())

afterAll(async () => {
  await world?.close()
}, 60_000)

const customer = () => world.network.phone(CUSTOMER)
const own = () => world.network.phone(OWN)
const shown = (phone = CUSTOMER) => own().chats.get(phone)
const kept = (jid = CHAT): Promise<Chat | undefined> => world.main.get<Chat>(chatKey(device.id, jid))

const untilKept = (what: string, accept: (chat: Chat) => boolean, jid = CHAT): Promise<Chat> =>
  waitFor(
    what,
    async () => {
      const chat = await kept(jid)
      return chat && accept(chat) && chat
    },
    { everyMs: 20 },
  )

const stored = (id: string, accept = (_: Message) => true): Promise<Message> =>
  waitFor(
    `message ${id}`,
    async () => (await world.conversation(device, CHAT)).find((each) => each.messageId === id && accept(each)),
    { everyMs: 20 },
  )

const eventsOf = async (key: { pk: string; sk: string }) => readOutbox((await world.main.get(key)) ?? {})

describe('changes by the API', () => {
  test('pin and unpin: the phone shows it, it is stored before the answer, and announced', async () => {
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    expect(shown().pinned).toBe(true)
    expect(await kept()).toMatchObject({ jid: CHAT, pinned: true, archived: false, mutedUntil: 0 })
    expect(await eventsOf(chatKey(device.id, CHAT))).toMatchObject([
      { type: 'chat.changed', facts: { change: 'pin', source: 'api' } },
    ])
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: false })
    expect(shown().pinned).toBe(false)
    expect((await kept())?.pinned).toBe(false)
  })

  test('an archived chat is unpinned', async () => {
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    const last = { timestamp: 1703123456, messageId: '3EB0794DCEFA60', fromMe: false }
    await world.ask(device, { type: 'chat.archive', chat: CHAT, archived: true, last })
    expect(shown()).toMatchObject({ archived: true, pinned: false })
    expect(await kept()).toMatchObject({ archived: true, pinned: false })
    await world.ask(device, { type: 'chat.archive', chat: CHAT, archived: false })
    expect(shown().archived).toBe(false)
    expect((await kept())?.archived).toBe(false)
  })

  test('a mute has an end, or none, and can be ended', async () => {
    const until = 1_900_000_000
    await world.ask(device, { type: 'chat.mute', chat: CHAT, mutedUntil: until })
    expect(shown()).toMatchObject({ muted: true, mutedUntil: until * 1000 })
    expect((await kept())?.mutedUntil).toBe(until)
    await world.ask(device, { type: 'chat.mute', chat: CHAT, mutedUntil: -1 })
    expect(shown().muted).toBe(true)
    expect(shown().mutedUntil).toBeUndefined()
    await world.ask(device, { type: 'chat.mute', chat: CHAT, mutedUntil: 0 })
    expect(shown().muted).toBe(false)
    expect((await kept())?.mutedUntil).toBe(0)
  })

  test('a star and a label are on the message on both sides', async () => {
    const { id } = await customer().send({ to: OWN, text: 'remember this' })
    const { conversationId } = await stored(id)
    const about = { chat: CHAT, conversationId, messageId: id }
    await world.ask(device, { type: 'chat.star', ...about, fromMe: false, starred: true })
    expect(shown().starred).toEqual([id])
    expect((await stored(id)).starred).toBe(true)
    const label = { labelId: 'label_1', name: 'Important', color: 3 }
    await world.ask(device, { type: 'label.edit', ...label, deleted: false })
    expect(own().chats.labels()).toEqual([{ id: 'label_1', name: 'Important', color: 3 }])
    await world.ask(device, { type: 'label.chat', chat: CHAT, labelId: 'label_1', applied: true })
    await world.ask(device, { type: 'label.message', ...about, labelId: 'label_1', applied: true })
    expect(shown()).toMatchObject({ labels: ['label_1'], labelled: { [id]: ['label_1'] } })
    expect((await kept())?.labels).toEqual(['label_1'])
    expect((await stored(id)).labels).toEqual(['label_1'])
    await world.ask(device, { type: 'label.chat', chat: CHAT, labelId: 'label_1', applied: false })
    await world.ask(device, { type: 'label.edit', ...label, deleted: true })
    expect(shown().labels).toEqual([])
    expect(own().chats.labels()).toEqual([])
    expect(await world.main.get(labelKey(device.id, 'label_1'))).toMatchObject({ deleted: true })
  })

  test('a deleted chat is off the list on both sides', async () => {
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    await world.ask(device, { type: 'chat.delete', chat: CHAT })
    expect(shown()).toMatchObject({ deleted: true, pinned: false })
    expect(await kept()).toMatchObject({ deletedAt: expect.any(String), pinned: false })
  })

  test('a patch that met another one is made anew on top of it', async () => {
    world.network.faults.set({ kind: 'app-state-conflict', count: 1 })
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    expect(shown().pinned).toBe(true)
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: false })
    expect(shown().pinned).toBe(false)
  })

  test('a patch that WhatsApp never takes is an error, and leaves everything as it was', async () => {
    world.network.faults.set({ kind: 'app-state-conflict' })
    const refused = world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    await expect(refused).rejects.toMatchObject({ code: 'upstream_error', message: /409/ })
    expect(shown().pinned).toBe(false)
    expect((await kept())?.pinned).toBe(false)
    world.network.faults.clear()
    await world.ask(device, { type: 'chat.pin', chat: CHAT, pinned: true })
    expect(shown().pinned).toBe(true)
  })
})

describe('changes on the phone', () => {
  test('that were made before the link are known after it, without an event', async () => {
    const chat = await untilKept(
      'the first synchronisation',
      ({ pinned, mutedUntil }) => pinned && mutedUntil === -1,
      jidOf(OTHER),
    )
    expect(chat.archived).toBe(false)
    expect(await eventsOf(chatKey(device.id, jidOf(OTHER)))).toEqual([])
  })

  test('reach the store with an event, whether the phone names the chat by number or by LID', async () => {
    await own().chats.change(CUSTOMER, { archived: true })
    await untilKept('the archive', ({ archived }) => archived)
    await own().chats.change(CUSTOMER, { archived: false, addressing: 'lid' })
    await untilKept('the way back', ({ archived }) => !archived)
    await own().chats.change(CUSTOMER, { muted: true, mutedUntil: 1_900_000_000_000, addressing: 'lid' })
    await untilKept('the mute', ({ mutedUntil }) => mutedUntil === 1_900_000_000)
    expect(await eventsOf(chatKey(device.id, CHAT))).toMatchObject([
      { type: 'chat.changed', facts: { change: 'mute', source: 'phone' } },
    ])
    await own().chats.change(CUSTOMER, { deleted: true })
    await untilKept('the deletion', ({ deletedAt }) => deletedAt !== undefined)
  })

  test('made while the device was away come with its next connection', async () => {
    world.network.faults.set({ kind: 'refuse-connections', ms: 1000 })
    world.network.faults.set({ kind: 'disconnect', phone: OWN })
    await own().chats.change(OTHER, { archived: true })
    await untilKept('the archive', ({ archived }) => archived, jidOf(OTHER))
  }, 30_000)

  test('stars and labels', async () => {
    const { id } = await customer().send({ to: OWN, text: 'a star for this' })
    await stored(id)
    await own().chats.change(CUSTOMER, { star: { id, starred: true } })
    await stored(id, ({ starred }) => starred === true)
    await own().chats.changeLabel({ id: '7', name: 'Lead', color: 4 })
    await waitFor('the label', async () => {
      const label = await world.main.get(labelKey(device.id, '7'))
      return label?.name === 'Lead'
    })
    await own().chats.change(CUSTOMER, { label: { id: '7', applied: true, messageId: id } })
    await stored(id, ({ labels }) => labels?.includes('7') === true)
    await own().chats.change(CUSTOMER, { label: { id: '7', applied: true } })
    await untilKept('the label on the chat', ({ labels }) => labels.includes('7'))
  })
})

test('the chat list of a login that ended is not the next one’s', async () => {
  const second = await world.pair(await world.createDevice(), '15550005010')
  await world.ask(second, { type: 'chat.pin', chat: CHAT, pinned: true })
  expect(await world.main.get(chatKey(second.id, CHAT))).toMatchObject({ pinned: true })
  await world.ask(second, { type: 'device.logout' })
  await world.change(second, { desired: 'online' })
  const again = await world.pair(second, '15550005011')
  await world.ask(again, { type: 'chat.archive', chat: jidOf(OTHER), archived: true })
  expect(await world.main.get(chatKey(second.id, CHAT))).toBeUndefined()
  expect(await world.main.get(chatKey(second.id, jidOf(OTHER)))).toMatchObject({ archived: true })
}, 60_000)

describe('reading', () => {
  const unread = async (): Promise<number> => {
    const thread = await world.threads.find(world.ctx, world.tenantId, device.id, CHAT)
    if (!thread) throw new Error('there is no conversation')
    const found = await world.main.get<Conversation>(conversationKey(world.tenantId, thread.conversationId))
    return found?.unreadCount ?? -1
  }
  const write = async (texts: string[]): Promise<string[]> => {
    const ids: string[] = []
    for (const text of texts) ids.push((await customer().send({ to: OWN, text })).id)
    for (const id of ids) await stored(id)
    return ids
  }

  test('by the API: the writer learns it, and what is newer stays unread', async () => {
    const [first, , third] = await write(['one', 'two', 'three'])
    expect(await unread()).toBeGreaterThanOrEqual(3)
    await world.ask(device, { type: 'chat.mark-read', chat: CHAT, messageIds: [first ?? ''] })
    expect(await unread()).toBe(2)
    await waitFor('the read receipt', () =>
      customer()
        .messages()
        .some(({ id, status }) => id === first && status === 'read'),
    )
    await world.ask(device, { type: 'chat.mark-read', chat: CHAT, messageIds: [third ?? ''] })
    expect(await unread()).toBe(0)
  })

  test('on the phone counts as well', async () => {
    const [id = ''] = await write(['read me there'])
    expect(await unread()).toBe(1)
    await own().read(id)
    await waitFor('the count', async () => (await unread()) === 0)
  })
})

test('typing and recording are seen by the other side', async () => {
  const seen: unknown[] = []
  const off = world.network.on((event) => {
    if (event.type === 'chatstate' && event.phone === CUSTOMER) seen.push(event.data)
  })
  for (const state of ['composing', 'recording', 'paused'] as const) {
    await world.ask(device, { type: 'chat.presence', chat: CHAT, state })
  }
  await waitFor('the last state', () => seen.length === 3)
  off()
  expect(seen).toMatchObject([{ state: 'composing' }, { state: 'composing' }, { state: 'paused' }])
})

describe('a group', () => {
  const NO_GROUP = '120363999999999999@g.us'
  const said = (work: Parameters<typeof world.ask>[1]): Promise<unknown> =>
    world.ask(device, work).then(
      () => 'done',
      (error: { code: unknown }) => error.code,
    )
  const typing = (chat: string) => said({ type: 'chat.presence', chat, state: 'composing' })
  const pin = (chat: string, pinned = true) => said({ type: 'chat.pin', chat, pinned })

  test('that does not exist, or that the number was never in, is neither typed to nor pinned', async () => {
    const foreign = world.network.groups.create(CUSTOMER, 'Others', []).id
    expect([await typing(NO_GROUP), await typing(foreign)]).toEqual(['group_unknown', 'not_group_member'])
    expect([await pin(NO_GROUP), await pin(foreign)]).toEqual(['group_unknown', 'not_group_member'])
    expect([await kept(NO_GROUP), await kept(foreign)]).toEqual([undefined, undefined])
  })

  test('of the number is asked about once at most, and its chat can be unpinned when the number has left it', async () => {
    const { id } = world.network.groups.create(CUSTOMER, 'Ours', [OWN])
    const sent = await customer().send({ to: id, text: 'hello' })
    await waitFor('the message', async () =>
      (await world.conversation(device, id)).some(({ messageId }) => messageId === sent.id),
    )
    const asked: unknown[] = []
    const off = world.network.on(({ type, phone, data }) => {
      const { tag, xmlns } = (data ?? {}) as Record<string, unknown>
      if (type === 'frame.in' && phone === OWN && tag === 'iq' && xmlns === 'w:g2') asked.push(data)
    })
    for (let times = 0; times < 3; times += 1) {
      expect([await typing(id), await pin(id)]).toEqual(['done', 'done'])
    }
    off()
    expect(asked.length).toBeLessThanOrEqual(1)
    world.network.groups.change(CUSTOMER, id, 'remove', [OWN])
    await waitFor('the removal', async () => (await typing(id)) === 'not_group_member')
    expect(await pin(id, false)).toBe('done')
  }, 30_000)

  test('that WhatsApp cannot describe just now is typed to all the same', async () => {
    world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'w:g2', code: 500, count: 1 })
    expect(await typing(world.network.groups.create(CUSTOMER, 'Slow', [OWN]).id)).toBe('done')
  })
})

test('a call that rings is rejected; any other is not found', async () => {
  const { callId } = customer().call(OWN)
  const reject = (id: string, from = CHAT) => world.ask(device, { type: 'call.reject', callId: id, from })
  await waitFor('the rejection', () =>
    reject(callId).then(
      () => true,
      () => false,
    ),
  )
  expect(customer().calls()).toMatchObject([{ callId, state: 'rejected' }])
  await expect(reject(callId)).rejects.toMatchObject({ code: 'not_found' })
  await expect(reject('NEVER')).rejects.toMatchObject({ code: 'not_found' })
})

describe('downloads', () => {
  const file = Buffer.from(Array.from({ length: 90_000 }, (_, at) => (at * 7) % 256))
  let count = 0

  const described = async (): Promise<proto.Message.IDocumentMessage> => {
    const { id } = await customer().send({
      to: OWN,
      document: { base64: file.toString('base64'), mimetype: 'application/pdf', fileName: 'a.pdf' },
    })
    const { proto: bytes } = await stored(id)
    return proto.Message.decode(bytes ?? new Uint8Array()).documentMessage ?? {}
  }
  const download = async (more: Record<string, unknown> = {}) => {
    const message = await described()
    const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64')
    count += 1
    const work = {
      type: 'chat.download' as const,
      media: 'document' as const,
      url: message.url ?? '',
      mediaKey: text(message.mediaKey),
      mimeType: 'application/pdf',
      fileSha256: text(message.fileSha256),
      fileEncSha256: text(message.fileEncSha256),
      sizeBytes: file.length,
      key: `downloads/test/${count}`,
      ...more,
    }
    await world.ask(device, work)
    const object = await world.emulators.s3.send(
      new GetObjectCommand({ Bucket: world.emulators.bucket, Key: work.key }),
    )
    return Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  }

  test('a file is fetched and decrypted into the bucket', async () => {
    expect((await download()).equals(file)).toBe(true)
  })

  test.each([
    ['another file than the hash names', { fileSha256: Buffer.alloc(32).toString('base64') }, 'media_invalid'],
    ['another encrypted file', { fileEncSha256: Buffer.alloc(32).toString('base64') }, 'media_invalid'],
    ['a wrong key', { mediaKey: Buffer.alloc(32).toString('base64') }, 'media_invalid'],
    ['a file that is longer than was said', { sizeBytes: 1000 }, 'media_invalid'],
    ['a file that is shorter than was said', { sizeBytes: file.length + 1 }, 'media_invalid'],
    ['a file that is gone', { directPath: '/v/t62/none' }, 'media_unreachable'],
    ['an address that is no media host', { url: 'https://example.com/x' }, 'unsafe_url'],
    ['an address of the inner network', { url: 'https://169.254.169.254/latest' }, 'unsafe_url'],
    ['a path that leads to another host', { directPath: '//example.com/x' }, 'unsafe_url'],
  ])('%s is an error', async (_what, more, code) => {
    await expect(download(more)).rejects.toMatchObject({ code })
  })
})
