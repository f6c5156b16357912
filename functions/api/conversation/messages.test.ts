import { proto } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyToTarget } from '#domains/messages/apply.ts'
import type { Message } from '#domains/messages/model.ts'
import { STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { failMessage, findMessage } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'
import { type Teammate, teammate } from '#test/harness/team.ts'
import { waitFor } from '#test/harness/wait.ts'

const FRIEND = '15552220001@s.whatsapp.net'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice
let ann: Teammate
let conversationId: number

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  world.runner.onSend(() => 'ack')
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant, '628111111111')
  ann = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send', 'inbox.view_all'] })
  conversationId = (await arrives({ text: 'the first' })).conversationId
})
afterAll(() => world?.close())

type Row = Record<string, unknown> & { wa_message_id: string }
type Options = { headers?: Record<string, string>; query?: Record<string, string>; body?: unknown }

const call = (method: string, path: string, options: Options = {}): Promise<Invoked> =>
  world.call(method, `/api/v1/conversations/${conversationId}${path}`, {
    headers: { authorization: tenant.apiKey },
    ...options,
  })

let stored = 0
const arrives = (more: Record<string, unknown> = {}, jid = FRIEND) => {
  stored += 1
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  return storeMessage(world.ctx, place, jid, { messageId: `IN${stored}`, phone: jid.split('@')[0], ...more })
}

const messages = async (query: Record<string, string> = {}): Promise<Row[]> => {
  const answer = await call('GET', '/messages', { query })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Row[]
}

const send = (body: unknown, headers?: Record<string, string>) =>
  call('POST', '/messages', { body, ...(headers && { headers }) })

const workOf = (answer: Invoked) =>
  world.runner.sends().find(({ messageId }) => messageId === at(answer.body, 'wa_message_id'))

test('the documented body goes out from the thread’s device to whom it is with', async () => {
  const answer = await send({
    Body: 'Hello!',
    MediaBase64: '',
    MediaMime: 'image/jpeg',
    MediaFilename: '',
    ReplyTo: '',
  })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toMatchObject({ conversation_id: conversationId, status: 'sent' })
  expect(workOf(answer)).toMatchObject({ to: FRIEND, content: { kind: 'text', text: 'Hello!' }, context: {} })
  expect(await messages()).toMatchObject([
    { body: 'the first', direction: 'in', status: 'received', sender: { type: 'contact', phone: '+15552220001' } },
    { body: 'Hello!', direction: 'out', status: 'sent', sender: { type: 'api', user_id: null }, reply_to: null },
  ])
})

test('a message of a user says who wrote it, and is the answer that takes the conversation', async () => {
  const answer = await send({ Body: 'I am here' }, ann.headers)
  expect(answer.status, answer.text).toBe(200)
  expect((await messages()).at(-1)).toMatchObject({ sender: { type: 'user', user_id: ann.id, name: 'Ann' } })
  const row = await call('GET', '/row')
  expect(at(row.body, 'data')).toMatchObject({ assigned_to: { id: ann.id }, unread: 0, needs_action: false })
  const direct = await world.call('POST', '/api/v1/messages/send', {
    headers: ann.headers,
    body: { to: '+15552220001', body: 'again' },
  })
  expect(at(direct.body, 'conversation_id')).toBe(conversationId)
  expect((await messages()).at(-1)).toMatchObject({ body: 'again', sender: { type: 'user', user_id: ann.id } })
})

test('a reply quotes a message of this thread; any other is refused by name', async () => {
  const [first] = await messages()
  const answer = await send({ Body: 'to that', ReplyTo: first?.wa_message_id })
  expect(answer.status, answer.text).toBe(200)
  expect(workOf(answer)?.context).toEqual({ quotedId: first?.wa_message_id })
  expect((await messages()).at(-1)?.reply_to).toEqual({
    wa_message_id: first?.wa_message_id,
    known: true,
    direction: 'in',
    kind: 'text',
    body: 'the first',
    name: '+15552220001',
  })
  const elsewhere = await arrives({}, '15552220009@s.whatsapp.net')
  for (const ReplyTo of ['UNKNOWN', elsewhere.messageId]) {
    const refused = await send({ Body: 'x', ReplyTo })
    expect([refused.status, refused.text]).toMatchObject([400, expect.stringContaining('ReplyTo')])
  }
})

test('media with its type and name, and without words', async () => {
  const answer = await send({ MediaBase64: PNG, MediaMime: 'image/png', MediaFilename: 'pic.png', Body: 'look' })
  expect(workOf(answer)?.content).toMatchObject({ kind: 'image', caption: 'look' })
  const [row] = (await messages()).slice(-1)
  expect(row).toMatchObject({
    kind: 'image',
    body: 'look',
    media: { state: 'ready', mime: 'image/png', width: 1, height: 1 },
  })
  const headers = { authorization: tenant.apiKey }
  expect((await world.call('GET', String(at(row, 'media.url')), { headers })).status).toBe(200)
  const pdf = Buffer.from('%PDF-1.4\n').toString('base64')
  const silent = await send({ MediaBase64: pdf, MediaMime: 'application/pdf', MediaFilename: 'bill.pdf' })
  expect(workOf(silent)?.content).toMatchObject({ kind: 'document', media: { fileName: 'bill.pdf' } })
})

test('bad bodies are refused by the field', async () => {
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'Body'],
    [{ Body: '  ' }, 'Body'],
    [{ MediaBase64: PNG }, 'MediaMime'],
    [{ MediaBase64: '<base64>', MediaMime: 'image/png' }, 'MediaBase64'],
    [{ MediaBase64: PNG, MediaMime: 'image/png', Body: 'x'.repeat(1025) }, 'Body'],
    [{ Body: 'x'.repeat(4097) }, 'Body'],
    [{ Body: 5 }, 'Body'],
    [{ UploadId: 'upl_unknown', MediaMime: 'image/png' }, 'UploadId'],
  ]
  for (const [body, field] of bad) {
    const answer = await send(body)
    expect([answer.status, answer.text], field).toMatchObject([400, expect.stringContaining(field)])
  }
  expect(await messages()).toHaveLength(1)
})

test('a device that is not connected answers 502, and nothing is sent', async () => {
  await world.set(device, { state: 'waiting' })
  const answer = await send({ Body: 'x' })
  expect([answer.status, answer.body]).toMatchObject([502, { code: 'device_not_connected' }])
  expect(await messages()).toHaveLength(1)
})

test('who may not send may read', async () => {
  const reader = await teammate(world.ctx, tenant.tenantId, { capabilities: ['inbox.view_all'] })
  expect((await send({ Body: 'x' }, reader.headers)).status).toBe(403)
  expect((await call('GET', '/messages', { headers: reader.headers })).status).toBe(200)
})

test('an Idempotency-Key makes one message of two requests', async () => {
  const headers = { authorization: tenant.apiKey, 'idempotency-key': 'once' }
  const [one, two] = [await send({ Body: 'once' }, headers), await send({ Body: 'once' }, headers)]
  expect(two.body).toEqual(one.body)
  expect(await messages()).toHaveLength(2)
  expect((await send({ Body: 'other' }, headers)).status).toBe(409)
})

test('a message that failed says why', async () => {
  world.runner.onSend(() => ({ refuse: 463 }))
  expect((await send({ Body: 'x' })).status).toBe(502)
  expect((await messages()).at(-1)).toMatchObject({
    status: 'failed',
    error: { code: 'send_failed', message: expect.stringContaining('463'), provider_code: 463 },
  })
})

/** Something that is about a stored message, as a runner takes it in. */
const about = async (targetId: string, more: Partial<Message> & Pick<Message, 'kind'>): Promise<void> => {
  const { payload, ...rest } = more
  const message = await arrives({ ...rest, payload: { targetId, ...payload } })
  await applyToTarget(world.ctx, message)
}

test('reactions, votes, edits and deletions are part of the message they are about', async () => {
  const poll = await arrives({
    kind: 'poll',
    text: 'Lunch?',
    payload: { name: 'Lunch?', options: ['yes', 'no'], selectable: 1 },
  })
  await about(poll.messageId, {
    kind: 'poll',
    text: 'yes',
    senderName: 'Bob',
    payload: { vote: true, options: ['yes'] },
  })
  await about(poll.messageId, { kind: 'reaction', text: '👍' })
  const wrong = await arrives({ text: 'wrnog' })
  await about(wrong.messageId, { kind: 'edit', text: 'wrong' })
  const gone = await arrives({ text: 'gone' })
  await about(gone.messageId, { kind: 'revoke' })
  const voter = { me: false, phone: '+15552220001', name: 'Bob' }
  expect((await messages()).slice(1)).toMatchObject([
    {
      kind: 'poll',
      poll: {
        question: 'Lunch?',
        selectable: 1,
        options: [
          { name: 'yes', votes: 1, voters: [voter] },
          { name: 'no', votes: 0, voters: [] },
        ],
      },
      reactions: [{ emoji: '👍', by: { phone: '+15552220001' } }],
    },
    { body: 'wrong', edited: true, deleted: false },
    { body: 'gone', edited: false, deleted: true },
  ])
})

test('places and business cards', async () => {
  await arrives({ kind: 'location', payload: { latitude: 1.5, longitude: -2.25, name: 'Harbour' } })
  const vcard = 'BEGIN:VCARD\nFN:Bob\nTEL;type=CELL;waid=15550001:+1 555 0001\nitem1.TEL:+1 555 0002\nEND:VCARD'
  await arrives({ kind: 'contacts', payload: { contacts: [{ name: 'Bob', vcard }] } })
  expect((await messages()).slice(1)).toMatchObject([
    {
      location: { latitude: 1.5, longitude: -2.25, name: 'Harbour', address: '', live: false },
      contacts: null,
      poll: null,
    },
    { contacts: [{ name: 'Bob', phones: ['+1 555 0001', '+1 555 0002'] }], location: null },
  ])
})

test('reading clears what is unread and tells WhatsApp once', async () => {
  const receipts: unknown[] = []
  world.runner.onQuery('chat.mark-read', ({ work }) => receipts.push(work))
  const second = await arrives()
  await arrives({ direction: 'out' })
  const [first] = await messages()
  expect((await call('POST', '/read')).body).toEqual({ id: conversationId, unread: 0 })
  const work = await waitFor('the receipt', () => receipts[0])
  const messageIds = [second.messageId, first?.wa_message_id]
  expect(work).toEqual({ type: 'chat.mark-read', chat: FRIEND, messageIds })
  expect(at((await call('GET', '/row')).body, 'data.unread')).toBe(0)
  expect((await call('POST', '/read')).status).toBe(200)
  await send({ Body: 'after it' })
  expect(receipts).toHaveLength(1)
})

test('reading works without a connection', async () => {
  await world.set(device, { state: 'waiting' })
  expect((await call('POST', '/read')).status).toBe(200)
  expect(at((await call('GET', '/row')).body, 'data.unread')).toBe(0)
})

test('in a group each member’s messages get their receipt', async () => {
  const receipts: { sender?: string }[] = []
  world.runner.onQuery('chat.mark-read', ({ work }) => receipts.push(work as { sender?: string }))
  const group = '120363000000000009@g.us'
  const people = ['15552220005@s.whatsapp.net', '15552220006@s.whatsapp.net']
  for (const participant of people) conversationId = (await arrives({ participant }, group)).conversationId
  await call('POST', '/read')
  await waitFor('both receipts', () => receipts.length === 2)
  expect(receipts.map(({ sender }) => sender).sort()).toEqual(people)
})

const writeThread = async (count: number): Promise<string[]> => {
  const startMs = Date.now() - count * 1000
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const messageId = `T${n}`
    ids.push(messageId)
    await arrives({ messageId, at: threadTime(startMs + n * 1000, messageId), timestamp: isoTime(startMs + n * 1000) })
  }
  return ids
}

const idsOf = (rows: Row[]): string[] => rows.map(({ wa_message_id }) => wa_message_id)

test('the newest come first page by page, oldest of each page first', async () => {
  const ids = [...(await writeThread(5)), ...idsOf(await messages({ limit: '1' }))]
  const pages: string[][] = []
  let query: Record<string, string> = { limit: '4' }
  for (;;) {
    const answer = await call('GET', '/messages', { query })
    pages.push(idsOf(answer.body as Row[]))
    const cursor = answer.headers['x-next-cursor']
    if (!cursor) break
    query = { ...query, cursor }
  }
  expect(pages).toEqual([ids.slice(2), ids.slice(0, 2)])
})

test('before a message and after one, in both directions', async () => {
  await writeThread(6)
  expect(idsOf(await messages({ before: 'T3', limit: '2' }))).toEqual(['T1', 'T2'])
  const answer = await call('GET', '/messages', { query: { after: 'T1', limit: '2' } })
  expect(idsOf(answer.body as Row[])).toEqual(['T2', 'T3'])
  const cursor = answer.headers['x-next-cursor'] ?? ''
  expect(idsOf(await messages({ cursor, limit: '2' }))).toEqual(['T4', 'T5'])
  for (const query of [{ before: 'NOBODY' }, { after: 'NOBODY' }, { before: 'T1', after: 'T1' }] as Record<
    string,
    string
  >[]) {
    const odd = await call('GET', '/messages', { query })
    expect([odd.status, odd.text]).toMatchObject([400, expect.stringContaining(Object.keys(query)[0] ?? '')])
  }
})

test('after a cut everything comes that is new or changed since, also what has an old time', async () => {
  await writeThread(3)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const since = isoTime(Date.now())
  expect(await messages({ after: since })).toEqual([])
  await about('T1', { kind: 'reaction', text: '👍', timestamp: isoTime(Date.now() - 60_000) })
  const hourAgo = Date.now() - 3_600_000
  const late = await arrives({ at: threadTime(hourAgo, 'LATE'), messageId: 'LATE', timestamp: isoTime(hourAgo) })
  const sent = await send({ Body: 'new' })
  const id = String(at(sent.body, 'wa_message_id'))
  expect(idsOf(await messages({ after: since }))).toEqual([late.messageId, 'T1', id])
  const then = isoTime(Date.now() + 1)
  await waitFor('the clock', () => Date.now() > Date.parse(then))
  await failMessage(
    world.ctx,
    { tenantId: tenant.tenantId, conversationId, messageId: id },
    { code: 'x', message: 'x' },
  )
  expect(await messages({ after: then })).toMatchObject([{ wa_message_id: id, status: 'failed' }])
})

test('a cursor of one thread is none in another', async () => {
  await writeThread(3)
  const page = await call('GET', '/messages', { query: { limit: '1' } })
  const cursor = page.headers['x-next-cursor'] ?? ''
  conversationId = (await arrives({}, '15552220009@s.whatsapp.net')).conversationId
  const answer = await call('GET', '/messages', { query: { cursor } })
  expect([answer.status, at(answer.body, 'code')]).toEqual([400, 'invalid_cursor'])
})

test('an answer stays below what a function may give, and leads on', async () => {
  const text = '漢'.repeat(60_000)
  for (let n = 0; n < 30; n += 1) await arrives({ text })
  const answer = await call('GET', '/messages')
  expect(Buffer.byteLength(answer.text)).toBeLessThan(5_000_000)
  const rest = await messages({ cursor: answer.headers['x-next-cursor'] ?? '' })
  expect(rest.length + (answer.body as Row[]).length).toBe(31)
})

test('a stored message keeps who sent it', async () => {
  const sent = await send({ Body: 'x' }, ann.headers)
  const ref = { tenantId: tenant.tenantId, conversationId, messageId: String(at(sent.body, 'wa_message_id')) }
  expect(await findMessage(world.ctx, ref)).toMatchObject({ userId: ann.id, rank: STATUS_RANK.sent })
})

test('tiny pictures and waveforms come with the rows of those who ask for them', async () => {
  const jpegThumbnail = Buffer.from([0xff, 0xd8, 0xff, 1])
  const encoded = (message: proto.IMessage) => proto.Message.encode(message).finish()
  const media = { state: 'pending' as const, mimeType: 'image/jpeg' }
  await arrives({ kind: 'image', media, proto: encoded({ imageMessage: { jpegThumbnail } }) })
  await arrives({ kind: 'audio', media, proto: encoded({ audioMessage: { waveform: Buffer.from([7, 99]) } }) })
  expect((await messages()).slice(1)).toMatchObject([
    { media: { preview: '', waveform: [] } },
    { media: { preview: '', waveform: [] } },
  ])
  expect((await messages({ previews: 'true' })).slice(1)).toMatchObject([
    { media: { preview: `data:image/jpeg;base64,${jpegThumbnail.toString('base64')}`, waveform: [] } },
    { media: { preview: '', waveform: [7, 99] } },
  ])
})

describe('showing the contact that somebody writes', () => {
  const shows = (state: string, headers?: Record<string, string>) =>
    call('POST', '/typing', { body: { state }, ...(headers && { headers }) })
  const shown = () =>
    world.runner.commands.filter(({ work, deviceId }) => work.type === 'chat.presence' && deviceId === device.id)

  test('goes to the chat of the thread, on its device, and nobody waits for it', async () => {
    const answer = await shows('composing', ann.headers)
    expect([answer.status, at(answer.body, 'data')]).toEqual([200, { shown: true }])
    await waitFor('the command', () => shown().length === 1)
    expect(shown()[0]?.work).toEqual({ type: 'chat.presence', chat: FRIEND, state: 'composing' })
    expect(Date.parse(shown()[0]?.deadlineAt ?? '') - Date.now(), 'is worth nothing later').toBeLessThanOrEqual(5_000)
  })

  test('is for those who may answer, and for states that there are', async () => {
    const reader = await teammate(world.ctx, tenant.tenantId, { capabilities: ['inbox.view_all'] })
    const stranger = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send'], inboxIds: [99] })
    expect((await shows('composing', reader.headers)).status).toBe(403)
    expect((await shows('composing', stranger.headers)).status, 'of another inbox').toBe(404)
    expect((await shows('sleeping')).status).toBe(400)
    expect(shown()).toEqual([])
  })

  test('comes to nothing on a device that is not connected', async () => {
    await world.set(device, { state: 'connecting' })
    expect(at((await shows('composing')).body, 'data')).toEqual({ shown: false })
    expect(shown()).toEqual([])
  })
})
