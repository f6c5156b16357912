import { describe, expect, test } from 'vitest'
import { at } from '#test/harness/http.ts'
import { teammate } from '#test/harness/team.ts'
import { useThread } from '#test/harness/thread.ts'
import { waitFor } from '#test/harness/wait.ts'

const FRIEND = '15552220001@s.whatsapp.net'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

const thread = useThread()
const { about, arrives, call, messages, send, workOf } = thread

test('the documented body goes out from the thread’s device to whom it is with', async () => {
  const answer = await send({
    Body: 'Hello!',
    MediaBase64: '',
    MediaMime: 'image/jpeg',
    MediaFilename: '',
    ReplyTo: '',
  })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toMatchObject({ conversation_id: thread.conversationId, status: 'sent' })
  expect(workOf(answer)).toMatchObject({ to: FRIEND, content: { kind: 'text', text: 'Hello!' }, context: {} })
  expect(await messages()).toMatchObject([
    { body: 'the first', direction: 'in', status: 'received', sender: { type: 'contact', phone: '+15552220001' } },
    { body: 'Hello!', direction: 'out', status: 'sent', sender: { type: 'api', user_id: null }, reply_to: null },
  ])
})

test('a message of a user says who wrote it, and is the answer that takes the conversation', async () => {
  const answer = await send({ Body: 'I am here' }, thread.ann.headers)
  expect(answer.status, answer.text).toBe(200)
  expect((await messages()).at(-1)).toMatchObject({ sender: { type: 'user', user_id: thread.ann.id, name: 'Ann' } })
  const row = await call('GET', '/row')
  expect(at(row.body, 'data')).toMatchObject({ assigned_to: { id: thread.ann.id }, unread: 0, needs_action: false })
  const direct = await thread.world.call('POST', '/api/v1/messages/send', {
    headers: thread.ann.headers,
    body: { to: '+15552220001', body: 'again' },
  })
  expect(at(direct.body, 'conversation_id')).toBe(thread.conversationId)
  expect((await messages()).at(-1)).toMatchObject({ body: 'again', sender: { type: 'user', user_id: thread.ann.id } })
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
  const headers = { authorization: thread.tenant.apiKey }
  expect((await thread.world.call('GET', String(at(row, 'media.url')), { headers })).status).toBe(200)
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
  await thread.world.set(thread.device, { state: 'waiting' })
  const answer = await send({ Body: 'x' })
  expect([answer.status, answer.body]).toMatchObject([502, { code: 'device_not_connected' }])
  expect(await messages()).toHaveLength(1)
})

test('who may not send may read', async () => {
  const reader = await teammate(thread.world.ctx, thread.tenant.tenantId, { capabilities: ['inbox.view_all'] })
  expect((await send({ Body: 'x' }, reader.headers)).status).toBe(403)
  expect((await call('GET', '/messages', { headers: reader.headers })).status).toBe(200)
})

test('an Idempotency-Key makes one message of two requests', async () => {
  const headers = { authorization: thread.tenant.apiKey, 'idempotency-key': 'once' }
  const [one, two] = [await send({ Body: 'once' }, headers), await send({ Body: 'once' }, headers)]
  expect(two.body).toEqual(one.body)
  expect(await messages()).toHaveLength(2)
  expect((await send({ Body: 'other' }, headers)).status).toBe(409)
})

test('a message that failed says why', async () => {
  thread.world.runner.onSend(() => ({ refuse: 463 }))
  expect((await send({ Body: 'x' })).status).toBe(502)
  expect((await messages()).at(-1)).toMatchObject({
    status: 'failed',
    error: { code: 'send_failed', message: expect.stringContaining('463'), provider_code: 463 },
  })
})

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
  thread.world.runner.onQuery('chat.mark-read', ({ work }) => receipts.push(work))
  const second = await arrives()
  await arrives({ direction: 'out' })
  const [first] = await messages()
  expect((await call('POST', '/read')).body).toEqual({ id: thread.conversationId, unread: 0 })
  const work = await waitFor('the receipt', () => receipts[0])
  const messageIds = [second.messageId, first?.wa_message_id]
  expect(work).toEqual({ type: 'chat.mark-read', chat: FRIEND, messageIds })
  expect(at((await call('GET', '/row')).body, 'data.unread')).toBe(0)
  expect((await call('POST', '/read')).status).toBe(200)
  await send({ Body: 'after it' })
  expect(receipts).toHaveLength(1)
})

test('reading works without a connection', async () => {
  await thread.world.set(thread.device, { state: 'waiting' })
  expect((await call('POST', '/read')).status).toBe(200)
  expect(at((await call('GET', '/row')).body, 'data.unread')).toBe(0)
})

test('in a group each member’s messages get their receipt', async () => {
  const receipts: { sender?: string }[] = []
  thread.world.runner.onQuery('chat.mark-read', ({ work }) => receipts.push(work as { sender?: string }))
  const group = '120363000000000009@g.us'
  const people = ['15552220005@s.whatsapp.net', '15552220006@s.whatsapp.net']
  for (const participant of people) thread.conversationId = (await arrives({ participant }, group)).conversationId
  await call('POST', '/read')
  await waitFor('both receipts', () => receipts.length === 2)
  expect(receipts.map(({ sender }) => sender).sort()).toEqual(people)
})

describe('showing the contact that somebody writes', () => {
  const shows = (state: string, headers?: Record<string, string>) =>
    call('POST', '/typing', { body: { state }, ...(headers && { headers }) })
  const shown = () =>
    thread.world.runner.commands.filter(
      ({ work, deviceId }) => work.type === 'chat.presence' && deviceId === thread.device.id,
    )

  test('goes to the chat of the thread, on its device, and nobody waits for it', async () => {
    const answer = await shows('composing', thread.ann.headers)
    expect([answer.status, at(answer.body, 'data')]).toEqual([200, { shown: true }])
    await waitFor('the command', () => shown().length === 1)
    expect(shown()[0]?.work).toEqual({ type: 'chat.presence', chat: FRIEND, state: 'composing' })
    expect(Date.parse(shown()[0]?.deadlineAt ?? '') - Date.now(), 'is worth nothing later').toBeLessThanOrEqual(5_000)
  })

  test('is for those who may answer, and for states that there are', async () => {
    const reader = await teammate(thread.world.ctx, thread.tenant.tenantId, { capabilities: ['inbox.view_all'] })
    const stranger = await teammate(thread.world.ctx, thread.tenant.tenantId, {
      capabilities: ['chats.send'],
      inboxIds: [99],
    })
    expect((await shows('composing', reader.headers)).status).toBe(403)
    expect((await shows('composing', stranger.headers)).status, 'of another inbox').toBe(404)
    expect((await shows('sleeping')).status).toBe(400)
    expect(shown()).toEqual([])
  })

  test('comes to nothing on a device that is not connected', async () => {
    await thread.world.set(thread.device, { state: 'connecting' })
    expect(at((await shows('composing')).body, 'data')).toEqual({ shown: false })
    expect(shown()).toEqual([])
  })
})
