import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recordChatChange, recordHistoryChat } from '#domains/chats/repo.ts'
import type { Work } from '#domains/commands/model.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'

const CHAT = '5491155553333@s.whatsapp.net'
const GROUP = '120363321748594524@g.us'

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant)
  for (const type of ['pin', 'archive', 'mute', 'star', 'delete', 'presence'] as const) {
    world.runner.onQuery(`chat.${type}`, () => ({}))
  }
})
beforeEach(() => {
  world.runner.commands.length = 0
})
afterAll(() => world?.close())

const post = (path: string, body: unknown, by = device): Promise<Invoked> =>
  world.call('POST', `/chat/${path}`, { headers: by.headers, body })
const place = (by = device) => ({ tenantId: tenant.tenantId, deviceId: by.id })
const asked = (): Work[] => world.runner.commands.map(({ work }) => work)
const inEnvelope = (data: unknown) => ({ code: 200, success: true, data })

describe('the chat list', () => {
  test('pin and unpin', async () => {
    expect((await post('pin', { phone: '5491155553333', pin: true })).body).toEqual(
      inEnvelope({ success: true, message: 'Chat pinned successfully', jid: CHAT, pinned: true }),
    )
    expect((await post('pin', { phone: GROUP, pin: false })).body).toEqual(
      inEnvelope({ success: true, message: 'Chat unpinned successfully', jid: GROUP, pinned: false }),
    )
    expect(asked()).toEqual([
      { type: 'chat.pin', chat: CHAT, pinned: true },
      { type: 'chat.pin', chat: GROUP, pinned: false },
    ])
  })

  test('a group that is none, or not of this number, is the error that a send to it is', async () => {
    for (const [code, status] of [
      ['group_unknown', 404],
      ['not_group_member', 403],
    ] as const) {
      for (const type of ['chat.pin', 'chat.presence'] as const) {
        world.runner.onQuery(type, () => {
          throw fail(code)
        })
      }
      const answers = [await post('pin', { phone: GROUP, pin: true })]
      answers.push(await post('presence', { Phone: GROUP, State: 'composing' }))
      for (const answer of answers) expect(answer).toMatchObject({ status, body: { code: status, success: false } })
    }
    for (const type of ['chat.pin', 'chat.presence'] as const) world.runner.onQuery(type, () => ({}))
  })

  test('archive names the last message: the given one, else the newest stored', async () => {
    const body = {
      phone: '5491155553333',
      archive: true,
      last_message_timestamp: 1703123456,
      last_message_id: '3EB0794DCEFA60',
      last_message_from_me: false,
      last_message_remote_jid: CHAT,
    }
    expect((await post('archive', body)).body).toEqual(
      inEnvelope({ success: true, message: 'Chat archived successfully', jid: CHAT, archived: true }),
    )
    const author = '5521988887777@s.whatsapp.net'
    const newest = await storeMessage(world.ctx, place(), GROUP, { messageId: 'NEWEST', participant: author })
    await post('archive', { phone: GROUP, archive: false })
    await post('archive', { phone: '5491155550000', archive: true })
    const timestamp = Math.floor(Date.parse(newest.timestamp) / 1000)
    expect(asked()).toMatchObject([
      { chat: CHAT, archived: true, last: { timestamp: 1703123456, messageId: '3EB0794DCEFA60', fromMe: false } },
      { chat: GROUP, archived: false, last: { timestamp, messageId: 'NEWEST', fromMe: false, participant: author } },
      { chat: '5491155550000@s.whatsapp.net', archived: true },
    ])
    expect(asked()[2]).not.toHaveProperty('last')
  })

  test.each([
    ['8h', 8 * 3600],
    ['1w', 7 * 24 * 3600],
  ])('mute for %s', async (mute_duration, seconds) => {
    const before = Math.floor(Date.now() / 1000)
    const answer = await post('mute', { phone: '5491155553333', mute: true, mute_duration })
    expect(answer.body).toEqual(
      inEnvelope({
        success: true,
        message: 'Chat muted successfully',
        jid: CHAT,
        muted: true,
        duration: mute_duration,
      }),
    )
    const [work] = asked()
    const until = work?.type === 'chat.mute' ? work.mutedUntil : 0
    expect(until).toBeGreaterThanOrEqual(before + seconds)
    expect(until).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) + seconds)
  })

  test('mute without a duration has no end; unmute ends it', async () => {
    expect(at((await post('mute', { phone: GROUP, mute: true })).body, 'data.duration')).toBe('always')
    expect((await post('mute', { phone: GROUP, mute: false })).body).toEqual(
      inEnvelope({ success: true, message: 'Chat unmuted successfully', jid: GROUP, muted: false }),
    )
    expect(asked()).toMatchObject([{ mutedUntil: -1 }, { mutedUntil: 0 }])
  })

  test('delete-chat takes its three documented forms, and fails in its own', async () => {
    const body = {
      phone: GROUP,
      last_message_timestamp: 1703123456,
      last_message_id: '3EB0794DCEFA60ABC123',
      last_message_from_me: false,
      last_message_sender_jid: '5521988887777@s.whatsapp.net',
    }
    const done = await post('delete-chat', body)
    expect(done.body).toEqual(inEnvelope({ success: true, message: 'Chat deleted successfully', jid: GROUP }))
    expect((await post('delete-chat', { ...body, phone: '5521979232690' })).status).toBe(200)
    expect((await post('delete-chat', { phone: '5521979232690' })).status).toBe(200)
    expect(asked()[0]).toMatchObject({
      chat: GROUP,
      last: { messageId: '3EB0794DCEFA60ABC123', participant: '5521988887777@s.whatsapp.net' },
    })
    const { last_message_sender_jid: _sender, ...incomplete } = body
    for (const refused of [{}, { phone: 'x' }, incomplete]) {
      const { status, body: answer } = await post('delete-chat', refused)
      expect(status).toBe(400)
      expect(answer).toEqual({ code: 400, data: expect.any(String), success: false })
    }
  })

  test('a failure of the runner is an error, never a success', async () => {
    const offline = await world.onlineDevice(tenant)
    await world.set(offline, { state: 'idle', desired: 'offline' })
    expect((await post('pin', { phone: CHAT, pin: true }, offline)).status).toBe(500)
    const never = await world.device(tenant)
    expect((await post('delete-chat', { phone: CHAT }, never)).status).toBe(500)
    expect(asked()).toEqual([])
  })
})

describe('stars', () => {
  test('a known message is starred, with who wrote it', async () => {
    const author = '5521988887777@s.whatsapp.net'
    await storeMessage(world.ctx, place(), GROUP, { messageId: 'STAR-1', participant: author })
    const body = { chat_jid: GROUP, sender_jid: author, message_id: 'STAR-1', from_me: false, star: true }
    expect((await post('star', body)).body).toEqual(
      inEnvelope({
        success: true,
        message: 'Message starred successfully',
        chat_jid: GROUP,
        message_id: 'STAR-1',
        starred: true,
      }),
    )
    expect((await post('star', { chat_jid: GROUP, message_id: 'STAR-1', star: false })).status).toBe(200)
    expect(asked()).toMatchObject([
      { type: 'chat.star', chat: GROUP, messageId: 'STAR-1', fromMe: false, participant: author, starred: true },
      { starred: false },
    ])
  })

  test('an unknown message, one of another chat or of another device is not found', async () => {
    const other = await world.onlineDevice(tenant)
    await storeMessage(world.ctx, place(), CHAT, { messageId: 'STAR-2' })
    const star = (chat_jid: string, message_id: string, by = device) =>
      post('star', { chat_jid, message_id, star: true }, by)
    expect((await star(CHAT, 'NEVER')).status).toBe(404)
    expect((await star(GROUP, 'STAR-2')).status).toBe(404)
    expect((await star(CHAT, 'STAR-2', other)).status).toBe(404)
    expect((await post('star', { chat_jid: CHAT, message_id: 'STAR-2', from_me: true, star: true })).status).toBe(400)
    expect(asked()).toEqual([])
  })
})

test('typing and recording', async () => {
  const answer = await post('presence', { Phone: '5521971532700', State: 'composing' })
  expect(answer.body).toEqual(inEnvelope({ Details: 'Chat presence set successfuly' }))
  await post('presence', { Phone: '5521971532700', State: 'composing', Media: 'audio' })
  await post('presence', { Phone: '5521971532700', State: 'paused', Media: 'audio' })
  expect(asked()).toMatchObject([{ state: 'composing' }, { state: 'recording' }, { state: 'paused' }])
  expect((await post('presence', { Phone: '5521971532700', State: 'typing' })).status).toBe(400)
})

describe('GET /chat/list', () => {
  const list = async (by: ApiDevice, query?: Record<string, string>) =>
    world.call('GET', '/chat/list', { headers: by.headers, query })

  test('shows what synchronisation has stored, with counts, also while the device is away', async () => {
    const own = await world.device(tenant)
    expect((await list(own)).body).toEqual({
      success: true,
      chats: [],
      stats: { total: 0, pinned_count: 0, archived_count: 0, muted_count: 0 },
    })
    const chat = (jid: string, change: Parameters<typeof recordChatChange>[3]) =>
      recordChatChange(world.ctx, place(own), jid, change, { source: 'phone' })
    await recordHistoryChat(world.ctx, place(own), { jid: '5521979232690@s.whatsapp.net' })
    await chat('5521979232691@s.whatsapp.net', { kind: 'pin', pinned: true })
    await chat(GROUP, { kind: 'archive', archived: true })
    await chat(GROUP, { kind: 'mute', mutedUntil: -1 })
    await chat('77@lid', { kind: 'mute', mutedUntil: 1 })
    const row = { muted_until: 0, pinned: false, archived: false }
    const rows = [
      { ...row, chat_jid: '5521979232691@s.whatsapp.net', phone_number: '5521979232691', pinned: true },
      { ...row, chat_jid: GROUP, phone_number: GROUP.split('@')[0], muted_until: -1, archived: true },
      { ...row, chat_jid: '5521979232690@s.whatsapp.net', phone_number: '5521979232690' },
      { ...row, chat_jid: '77@lid', phone_number: '' },
    ]
    const stats = { total: 4, pinned_count: 1, archived_count: 1, muted_count: 1 }
    expect((await list(own)).body).toEqual({ success: true, chats: rows, stats })
    const page = await list(own, { limit: '2', offset: '1' })
    expect(page.body).toEqual({ success: true, chats: rows.slice(1, 3), stats })
    expect((await list(own, { limit: '0' })).status).toBe(400)
    expect(at((await list(device)).body, 'stats.total')).toBe(0)
  })

  test('a deleted chat is not there until a message came after it', async () => {
    const own = await world.onlineDevice(tenant)
    const deletion = { kind: 'delete' as const, at: isoTime(Date.now() - 60_000) }
    await recordChatChange(world.ctx, place(own), CHAT, { kind: 'pin', pinned: true }, { source: 'phone' })
    await recordChatChange(world.ctx, place(own), CHAT, deletion, { source: 'phone' })
    expect(at((await list(own)).body, 'stats.total')).toBe(0)
    const message = await storeMessage(world.ctx, place(own), CHAT, { messageId: 'BACK' })
    expect(await findMessage(world.ctx, message)).toBeDefined()
    expect((await list(own)).body).toMatchObject({ chats: [{ chat_jid: CHAT, pinned: false }] })
  })
})
