import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { at } from '#test/harness/http.ts'
import { useSender } from '#test/harness/sender.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='

const sender = useSender()
const { send, workOf: sendOf } = sender

let phones = 0
const freshPhone = (): string => {
  phones += 1
  return `55219715${String(phones).padStart(5, '0')}`
}

test('a text is "Sent" after WhatsApp acknowledged it, in the documented form', async () => {
  const answer = await send('text', { Phone: '+55 21 97153-2700', Body: 'How you doin' })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toEqual({
    code: 200,
    success: true,
    data: {
      Details: 'Sent',
      Id: expect.stringMatching(/^3EB0[0-9A-F]{18}$/),
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  })
  expect(sendOf(answer)).toMatchObject({
    to: '5521971532700@s.whatsapp.net',
    content: { kind: 'text', text: 'How you doin' },
  })
})

test('the documented request with all its fields reaches the device', async () => {
  const answer = await send('text', {
    Phone: freshPhone(),
    Body: 'This is my reply to your message',
    Id: 'ABCDABCD1234',
    Presence: 10,
    Duration: 86400,
    LinkPreview: true,
    EchoApi: false,
    ContextInfo: {
      stanzaID: '3EB06F9067F80BAB89FF',
      participant: '5511888888888@s.whatsapp.net',
      quotedMessage: { conversation: 'Original message text being replied to' },
      isForwarded: false,
      mentionedJID: ['5521971532700@s.whatsapp.net'],
      mentionAll: false,
    },
  })
  expect(answer.status, answer.text).toBe(200)
  expect(at(answer.body, 'data.Id')).toBe('ABCDABCD1234')
  expect(sendOf(answer)?.context).toEqual({
    quotedId: '3EB06F9067F80BAB89FF',
    quotedParticipant: '5511888888888@s.whatsapp.net',
    quotedText: 'Original message text being replied to',
    forwarded: false,
    mentions: ['5521971532700@s.whatsapp.net'],
    mentionAll: false,
    expirationSeconds: 86400,
    linkPreview: true,
    typingMs: 10,
    echo: false,
  })
})

test('fields that a client sends empty are fields it does not use', async () => {
  const answer = await send('image', {
    Phone: freshPhone(),
    Image: `data:image/png;base64,${PNG}`,
    Caption: '',
    Id: '',
    MimeType: '',
    Presence: 0,
    Duration: 0,
    ViewOnce: true,
    ContextInfo: { stanzaID: '', participant: '', quotedMessage: { conversation: '' }, mentionedJID: [] },
  })
  expect(answer.status, answer.text).toBe(200)
  expect(at(answer.body, 'data.Id')).toMatch(/^3EB0/)
  const { content, context } = sendOf(answer) ?? {}
  expect(content).not.toHaveProperty('caption')
  for (const field of ['quotedId', 'quotedParticipant', 'quotedText', 'expirationSeconds']) {
    expect(context).not.toHaveProperty(field)
  }
  const document = { Phone: freshPhone(), Document: 'data:text/plain;base64,aGk=', FileName: 'a.txt', MimeType: '' }
  expect(sendOf(await send('document', document))?.content).toMatchObject({ media: { mimeType: 'text/plain' } })
})

test('a quote may be the text message as it came; of other kinds the stored message is shown', async () => {
  const quoting = async (quotedMessage: object) => {
    const ContextInfo = { stanzaID: 'Q1', participant: '5491155553934@s.whatsapp.net', quotedMessage }
    const answer = await send('text', { Phone: freshPhone(), Body: 'x', ContextInfo })
    expect(answer.status, answer.text).toBe(200)
    return sender.world.runner.sends().at(-1)?.context
  }
  expect(await quoting({ extendedTextMessage: { text: 'see https://example.com' } })).toMatchObject({
    quotedId: 'Q1',
    quotedText: 'see https://example.com',
  })
  const ofImage = await quoting({ imageMessage: { caption: 'the view', mimetype: 'image/jpeg' } })
  expect(ofImage).toMatchObject({ quotedId: 'Q1', quotedParticipant: '5491155553934@s.whatsapp.net' })
  expect(ofImage?.quotedText).toBeUndefined()
})

test('who is quoted or mentioned is named as WhatsApp does, whatever way a caller wrote it', async () => {
  const ContextInfo = {
    stanzaID: '3EB0AA',
    participant: '5491155553934.0:1@s.whatsapp.net',
    mentionedJID: ['+54 9 11 5555-3934', '123@lid'],
  }
  expect(sendOf(await send('text', { Phone: freshPhone(), Body: 'x', ContextInfo }))?.context).toMatchObject({
    quotedParticipant: '5491155553934@s.whatsapp.net',
    mentions: ['5491155553934@s.whatsapp.net', '123@lid'],
  })
})

test('limits are checked before anything is sent, and every broken field is named', async () => {
  const Phone = freshPhone()
  const before = sender.world.runner.sends().length
  const refused: [string, unknown, string][] = [
    ['text', {}, 'Phone'],
    ['text', { Phone, Body: 'x'.repeat(4097) }, 'Body'],
    ['text', { Phone, Body: '' }, 'Body'],
    ['text', { Phone: 'nobody', Body: 'x' }, 'Phone'],
    ['text', { Phone, Body: 'x', Duration: 5 }, 'Duration'],
    ['text', { Phone, Body: 'x', Id: 'a b' }, 'Id'],
    ['text', { Phone, Body: 'x', ContextInfo: { stanzaID: 'X' } }, 'participant'],
    ['text', { Phone, Body: 'x', ContextInfo: { stanzaID: 'X', participant: 'nobody' } }, 'participant'],
    ['text', { Phone, Body: 'x', ContextInfo: { mentionedJID: [Phone, 'nobody'] } }, 'mentionedJID.1'],
    ['image', { Phone, Image: `data:image/png;base64,${PNG}`, Caption: 'x'.repeat(1025) }, 'Caption'],
    ['image', { Phone, Image: `data:image/png;base64,${PNG}`, ViewOnce: true, Duration: 86400 }, 'ViewOnce'],
    ['image', { Phone, Image: 'not media' }, 'Image'],
    ['image', { Phone, Image: 'data:image/png;base64,???' }, 'Image'],
    ['document', { Phone, Document: 'data:text/plain;base64,aGk=' }, 'FileName'],
  ]
  for (const [kind, body, field] of refused) {
    const answer = await send(kind, body)
    expect(answer.status, `${field}: ${answer.text}`).toBe(400)
    expect(answer.body).toMatchObject({ code: 400, success: false, error: expect.stringContaining(field) })
  }
  expect(sender.world.runner.sends().length).toBe(before)
})

test('an image is what its bytes say, with size and preview, and lies in the bucket', async () => {
  const answer = await send('image', { Phone: freshPhone(), Image: `data:image/jpeg;base64,${PNG}`, Caption: 'a dot' })
  expect(answer.status, answer.text).toBe(200)
  const content = sendOf(answer)?.content
  if (content?.kind !== 'image') throw new Error('it was not sent as an image')
  expect(content).toMatchObject({ caption: 'a dot', media: { mimeType: 'image/png', width: 1, height: 1 } })
  expect(content.media.thumbnail).toMatch(/^\/9j\//)
  const stored = await sender.world.ctx.stores.s3.send(
    new GetObjectCommand({ Bucket: sender.world.ctx.stores.buckets.media, Key: content.media.key }),
  )
  expect(await stored.Body?.transformToString('base64')).toBe(PNG)
})

test('what is no image is not sent as one', async () => {
  const pdf = Buffer.from('%PDF-1.4 no image').toString('base64')
  const wrong = await send('image', { Phone: freshPhone(), Image: `data:image/png;base64,${pdf}` })
  expect(wrong.status).toBe(400)
})

test('a document is fetched from its URL as a stream and keeps name and type', async () => {
  const bytes = Buffer.alloc(6 * 1024 * 1024, 7)
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report.txt`
    const answer = await send('document', { Phone: freshPhone(), Document: url, FileName: 'report.txt' })
    expect(answer.status, answer.text).toBe(200)
    const content = sendOf(answer)?.content
    if (content?.kind !== 'document') throw new Error('it was not sent as a document')
    expect(content.media).toMatchObject({ fileName: 'report.txt', mimeType: 'text/plain', sizeBytes: bytes.length })
  } finally {
    server.closeAllConnections()
    server.close()
  }
  const gone = await send('document', { Phone: freshPhone(), Document: 'http://127.0.0.1:1/x', FileName: 'x' })
  expect(gone.status).toBe(400)
})

test('the same Id with the same content is sent once; with other content it is a conflict', async () => {
  const Phone = freshPhone()
  const first = await send('text', { Phone, Body: 'once', Id: 'OWN-1' })
  const second = await send('text', { Phone, Body: 'once', Id: 'OWN-1' })
  expect([first.status, second.status]).toEqual([200, 200])
  expect(second.body).toEqual(first.body)
  expect((await send('text', { Phone, Body: 'other', Id: 'OWN-1' })).status).toBe(409)
  expect((await send('text', { Phone: freshPhone(), Body: 'once', Id: 'OWN-1' })).status).toBe(409)
  expect(sender.world.runner.sends().filter((work) => work.messageId === 'OWN-1')).toHaveLength(1)
})

test('another device may use the same Id', async () => {
  const other = await sender.world.onlineDevice(sender.tenant)
  const body = { Phone: freshPhone(), Body: 'mine', Id: 'OWN-1' }
  expect((await sender.world.call('POST', '/chat/send/text', { headers: other.headers, body })).status).toBe(200)
})

test('two requests with one Id at the same moment are one message', async () => {
  const body = { Phone: freshPhone(), Body: 'at once', Id: 'OWN-2' }
  const answers = await Promise.all([send('text', body), send('text', body), send('text', body)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(sender.world.runner.sends().filter((work) => work.messageId === 'OWN-2')).toHaveLength(1)
})

test('a repeated Idempotency-Key is one message with one answer', async () => {
  const headers = { 'idempotency-key': 'order-17' }
  const body = { Phone: freshPhone(), Body: 'your order' }
  const first = await send('text', body, headers)
  const second = await send('text', body, headers)
  expect(first.status, first.text).toBe(200)
  expect(second.body).toEqual(first.body)
  expect(sender.world.runner.sends().filter((work) => work.messageId === at(first.body, 'data.Id'))).toHaveLength(1)
  expect((await send('text', { ...body, Body: 'another' }, headers)).status).toBe(409)
})

test('a caller who does not wait gets 202 and the id at once', async () => {
  sender.world.runner.onSend(() => 'silence')
  const answer = await send('text', { Phone: freshPhone(), Body: 'later' }, { prefer: 'respond-async' })
  expect(answer.status).toBe(202)
  expect(at(answer.body, 'data.Details')).toBe('Queued')
})

test('sends keep the order in which they were accepted', async () => {
  const Phone = freshPhone()
  for (const Body of ['one', 'two', 'three', 'four']) await send('text', { Phone, Body }, { prefer: 'respond-async' })
  await expect
    .poll(
      () =>
        sender.world.runner
          .sends()
          .filter((work) => work.to.startsWith(Phone))
          .map(({ content }) => content),
      { timeout: 5000 },
    )
    .toEqual(['one', 'two', 'three', 'four'].map((text) => ({ kind: 'text', text })))
})

test('a refusal by WhatsApp is an error with its reason, never "Sent"', async () => {
  sender.world.runner.onSend(() => ({ refuse: 463 }))
  const refused = await send('text', { Phone: freshPhone(), Body: 'x' })
  expect(refused.status).toBe(502)
  expect(refused.body).toMatchObject({ success: false, details: { providerCode: 463, id: expect.any(String) } })
  sender.world.runner.onSend(() => ({ refuse: 404 }))
  const unknown = await send('text', { Phone: freshPhone(), Body: 'x' })
  expect(unknown.status).toBe(400)
  expect(at(unknown.body, 'error')).toBe('The number is not on WhatsApp.')
})

test.each([
  [404, 404, 'There is no such group.'],
  [401, 403, 'The device is not in this group.'],
  [403, 403, 'WhatsApp refused it with 403.'],
  [420, 403, 'WhatsApp refused it with 420.'],
  [500, 502, 'WhatsApp refused it with 500.'],
])('a group that refuses a message with %i is an error %i', async (code, status, error) => {
  sender.world.runner.onSend(() => ({ refuse: code }))
  const refused = await send('text', { Phone: '120363999999999999@g.us', Body: 'x' })
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject({ code: status, error, success: false, details: { providerCode: code } })
})

test.each([
  ['not_group_member', 403, 'The device is not in this group.'],
  ['group_unknown', 404, 'There is no such group.'],
])('a group whose members WhatsApp does not tell (%s) is an error %i', async (fail, status, error) => {
  sender.world.runner.onSend(() => ({ fail }))
  const refused = await send('text', { Phone: '120363999999999999@g.us', Body: 'x' })
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject({ code: status, error, success: false })
})

test('NumberCheck asks first and sends nothing to a number that does not exist', async () => {
  sender.world.runner.onQuery('users.check', ({ work }) =>
    work.type === 'users.check' ? work.phones.map((phone) => ({ phone, exists: phone.endsWith('1') })) : [],
  )
  const before = sender.world.runner.sends().length
  expect((await send('text', { Phone: '55219999992', Body: 'x', NumberCheck: true })).status).toBe(400)
  expect(sender.world.runner.sends().length).toBe(before)
  expect((await send('text', { Phone: '55219999991', Body: 'x', NumberCheck: true })).status).toBe(200)
})

test('a device that was never paired says "no session"; a logged-out or disconnected one says what to do', async () => {
  const own = await sender.world.device(sender.tenant)
  const text = () =>
    sender.world.call('POST', '/chat/send/text', { headers: own.headers, body: { Phone: freshPhone(), Body: 'x' } })
  const never = await text()
  expect([never.status, never.body]).toEqual([500, { error: 'no session' }])
  await sender.world.set(own, { jid: '15551234567:1@s.whatsapp.net', state: 'loggedOut' })
  expect((await text()).body).toEqual({ error: 'no session: the device is logged out, pair it again' })
  await sender.world.set(own, { state: 'idle' })
  const offline = await text()
  expect(offline.status).toBe(500)
  expect(at(offline.body, 'error')).toMatch(/^no session: .*disconnected/)
  await sender.world.set(own, {
    state: 'failed',
    desired: 'online',
    reason: 'WhatsApp refuses this number: it is banned.',
  })
  const banned = await text()
  expect(banned.status).toBe(502)
})

test('a short break of the connection does not refuse a message: it waits in the queue', async () => {
  const own = await sender.world.onlineDevice(sender.tenant)
  await sender.world.set(own, { state: 'waiting' })
  const answer = await sender.world.call('POST', '/chat/send/text', {
    headers: { ...own.headers, prefer: 'respond-async' },
    body: { Phone: freshPhone(), Body: 'x' },
  })
  expect(answer.status, answer.text).toBe(202)
})

test('messages are marked as read, in a group with the name of who wrote', async () => {
  sender.world.runner.onQuery('chat.mark-read', () => ({ read: 1 }))
  const body = {
    Id: ['AABBCC11223344'],
    Chat: '5491155553934.0:1@s.whatsapp.net',
    Sender: '5491155553111.0:1@s.whatsapp.net',
  }
  const answer = await sender.world.call('POST', '/chat/markread', { headers: sender.device.headers, body })
  expect(answer.body).toEqual({ code: 200, success: true, data: { Details: 'Message(s) marked as read' } })
  const group = { Id: 'X1', Chat: '120362023605733675@g.us', Sender: '5491155553111@s.whatsapp.net' }
  await sender.world.call('POST', '/chat/markread', { headers: sender.device.headers, body: group })
  const asked = sender.world.runner.commands.flatMap(({ work }) => (work.type === 'chat.mark-read' ? [work] : []))
  expect(asked).toMatchObject([
    { chat: '5491155553934@s.whatsapp.net', messageIds: ['AABBCC11223344'] },
    { chat: '120362023605733675@g.us', sender: '5491155553111@s.whatsapp.net', messageIds: ['X1'] },
  ])
  expect(asked[0]?.sender).toBeUndefined()
})
