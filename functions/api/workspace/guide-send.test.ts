import { GetObjectCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeDevice } from '#domains/devices/repo.ts'
import { eventIdOf } from '#domains/guide/matrix-ids.ts'
import { messageKey } from '#domains/messages/model.ts'
import { fail } from '#kit/errors.ts'
import { aGroup } from '#test/harness/groups.ts'
import { GUIDE_TEXT as text, useGuide } from '#test/harness/guide-device.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

const guide = useGuide()
const { send, sendForm, workOf } = guide

const PDF = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from([0, 255, 128, 13, 10, 200])])
const GROUP = '120363312246943103@g.us'
const sends = () =>
  guide.world.runner.commands.filter(({ deviceId, work }) => deviceId === guide.device.id && 'to' in work)
const sentTo = () =>
  guide.world.runner.commands
    .flatMap(({ deviceId, work }) => (deviceId === guide.device.id && work.type === 'message.send' ? [work.to] : []))
    .sort()

describe('sending', () => {
  test('a text reaches its recipient; a Matrix user id, as webhooks have it, names him as well', async () => {
    for (const contact of ['1234567890', '@whatsapp_1234567890:matrix.example.com', '+1 234-567-890']) {
      const answer = await send({ ...text, contact })
      expect([answer.status, answer.body]).toEqual([
        200,
        {
          message: 'Message sent successfully',
          results: [{ recipient: contact, status: 'sent', message_id: expect.stringMatching(/^3EB0/) }],
        },
      ])
      expect(workOf(at(answer.body, 'results.0.message_id'))).toMatchObject({
        to: '1234567890@s.whatsapp.net',
        content: { kind: 'text', text: 'Hello from API' },
      })
    }
    const hidden = await send({ ...text, contact: '@whatsapp_lid-182736450918273:host' })
    expect(workOf(at(hidden.body, 'results.0.message_id'))?.to).toBe('182736450918273@lid')
  })

  test('several recipients have a result each; one that is none fails alone', async () => {
    const answer = await send({ ...text, contact: '1234567890, 0987654321, another_address,1234567890' })
    expect(answer.status, answer.text).toBe(207)
    expect(answer.body).toMatchObject({
      message: 'Message accepted for 2 of 3 recipients',
      results: [
        { recipient: '1234567890', status: 'sent' },
        { recipient: '0987654321', status: 'sent' },
        {
          recipient: 'another_address',
          status: 'failed',
          code: 'validation_failed',
          error: expect.stringContaining('contact'),
        },
      ],
    })
    expect(sentTo()).toEqual(['0987654321@s.whatsapp.net', '1234567890@s.whatsapp.net'])
  })

  test('when nobody gets it, the first failure is the answer and the others are named', async () => {
    guide.world.runner.onSend(() => ({ refuse: 463 }))
    const answer = await send({ ...text, contact: '1234567890, nobody' })
    expect([answer.status, answer.body]).toMatchObject([
      502,
      { code: 'send_failed', error: expect.any(String), results: [{ status: 'failed' }, { status: 'failed' }] },
    ])
    expect((await send({ ...text, contact: 'nobody' })).status).toBe(400)
  })

  test('who does not want to wait is told that it is queued', async () => {
    guide.world.runner.onSend(() => 'silence')
    const answer = await send({ ...text, contact: '1234567890' }, { headers: { prefer: 'respond-async' } })
    expect([answer.status, answer.body]).toMatchObject([
      202,
      { message: 'Message queued successfully', results: [{ status: 'queued' }] },
    ])
  })

  test('a repeated request sends each recipient’s message once', async () => {
    const headers = { 'idempotency-key': 'k1' }
    const body = { ...text, contact: '1234567890, 0987654321' }
    const [one, two] = [await send(body, { headers }), await send(body, { headers })]
    expect(two.body).toEqual(one.body)
    expect(sends()).toHaveLength(2)
    expect((await send({ ...body, text: 'else' }, { headers })).status).toBe(409)
  })

  test('a form with a file arrives byte by byte, with its name, type and caption, at each recipient', async () => {
    const fields = { contact: '1234567890, 0987654321', platform: 'wa', text: 'Check out this document' }
    const answer = await sendForm(fields, { name: 'document.pdf', bytes: PDF, type: 'application/pdf' })
    expect(answer.status, answer.text).toBe(200)
    for (const at of [0, 1]) {
      const id = (answer.body as { results: { message_id: string }[] }).results[at]?.message_id
      expect(workOf(id)?.content).toMatchObject({
        kind: 'document',
        caption: 'Check out this document',
        media: { fileName: 'document.pdf', mimeType: 'application/pdf', sizeBytes: PDF.length },
      })
      const { content } = workOf(id) ?? {}
      const Key = content?.kind === 'document' ? content.media.key : ''
      const stored = await guide.world.ctx.stores.s3.send(
        new GetObjectCommand({ Bucket: guide.world.ctx.stores.buckets.media, Key }),
      )
      expect(Buffer.from((await stored.Body?.transformToByteArray()) ?? [])).toEqual(PDF)
    }
  })

  test('the same form sent again with another boundary is the same request; another file is not', async () => {
    const headers = { 'idempotency-key': 'form' }
    const fields = { contact: '1234567890', platform: 'wa' }
    const one = await sendForm(fields, { name: 'a.pdf', bytes: PDF }, headers)
    const two = await sendForm(fields, { name: 'a.pdf', bytes: PDF }, headers)
    expect(two.body).toEqual(one.body)
    expect(sends()).toHaveLength(1)
    const other = Buffer.concat([PDF, Buffer.from([129])])
    expect((await sendForm(fields, { name: 'a.pdf', bytes: other }, headers)).status).toBe(409)
  })

  test('a form without a file is a text; a file needs an extension; a broken form is refused', async () => {
    expect((await sendForm({ contact: '1234567890', ...text })).status).toBe(200)
    for (const name of ['document', 'document.', '.pdf']) {
      const bad = await sendForm({ contact: '1234567890', platform: 'wa' }, { name, bytes: PDF })
      expect([bad.status, at(bad.body, 'error')], name).toEqual([400, expect.stringMatching(/file.*extension/)])
    }
    const broken = await send('--x\r\nnonsense', { headers: { 'content-type': 'multipart/form-data; boundary=y' } })
    expect(broken.status).toBe(400)
    expect((await send({ ...text, contact: '1', file: '/etc/passwd' })).text).toContain('file')
  })

  test('bad input names its field', async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ contact: '', group_url: '' }, 'contact or group_url is required'],
      [{ contact: '1234567890', text: ' ' }, 'text or file is required'],
      [{ contact: '1234567890', text: 'x'.repeat(4097) }, 'text'],
      [{ contact: '1234567890', platform: 'signal' }, 'platform'],
      [{ contact: ' , ' }, 'contact'],
      [{ contact: Array.from({ length: 51 }, (_, n) => `12345678${n}`).join() }, 'contact'],
    ]
    for (const [body, words] of bad) {
      const answer = await send({ ...text, ...body })
      expect([answer.status, at(answer.body, 'error')]).toEqual([400, expect.stringContaining(words)])
    }
    expect(sends()).toEqual([])
  })

  test('a device that is not connected says so and takes nothing', async () => {
    await changeDevice(guide.world.ctx, guide.device.id, { set: { state: 'loggedOut' } })
    const answer = await send({ ...text, contact: '1234567890' })
    expect([answer.status, at(answer.body, 'code')]).toEqual([502, 'device_logged_out'])
    expect(sends()).toEqual([])
  })
})

describe('groups', () => {
  const links: Record<string, string> = { invite123: GROUP, HffXhYmzzyJGec61oqMXiz: '120363000000000001@g.us' }
  beforeEach(() => {
    guide.world.runner.onQuery('groups.invite-info', ({ work }) => {
      const jid = work.type === 'groups.invite-info' ? links[work.code] : undefined
      if (!jid) throw fail('invite_invalid')
      return aGroup(jid)
    })
  })

  test('an invitation leads to its group, and wins over a contact', async () => {
    const group_url = 'https://chat.whatsapp.com/invite123'
    const answer = await send({ ...text, group_url, contact: '1234567890' })
    expect([answer.status, answer.body]).toMatchObject([200, { results: [{ recipient: group_url, status: 'sent' }] }])
    expect(sentTo()).toEqual([GROUP])
  })

  test('several invitations reach several groups; a wrong one fails alone, two of one group are one', async () => {
    const urls = [
      'https://chat.whatsapp.com/invite123',
      'https://chat.whatsapp.com/HffXhYmzzyJGec61oqMXiz?mode=r_t',
      'https://chat.whatsapp.com/unknown-code',
      'https://example.com/',
      'chat.whatsapp.com/invite123',
    ]
    const answer = await send({ ...text, group_url: urls.join(', ') })
    expect(answer.status, answer.text).toBe(207)
    expect(answer.body).toMatchObject({
      results: [
        { recipient: urls[0], status: 'sent' },
        { recipient: urls[1], status: 'sent' },
        { recipient: urls[2], status: 'failed', code: 'invite_invalid' },
        { recipient: urls[3], status: 'failed', code: 'validation_failed' },
      ],
    })
    expect(sentTo()).toEqual(['120363000000000001@g.us', GROUP])
    expect((await send({ ...text, group_url: urls[2] })).status).toBe(404)
  })
})

describe('replies', () => {
  const received = async (conversationId: number, messageId: string, deviceId = guide.device.id): Promise<void> => {
    const chat = '5216660001234@s.whatsapp.net'
    const facts = { direction: 'in', kind: 'text', chat, text: 'What time?', isGroup: false }
    const key = messageKey(guide.tenant.tenantId, conversationId, messageId)
    await guide.world.ctx.main.put({
      ...key,
      tenantId: guide.tenant.tenantId,
      conversationId,
      messageId,
      deviceId,
      at: '1',
      ...facts,
    })
  }
  const contextOf = (answer: Invoked) => workOf(at(answer.body, 'results.0.message_id'))?.context

  test('the id of a payload quotes the message in its conversation, and carries its words along into another', async () => {
    const first = await send({ ...text, contact: '5216660001234' })
    const conversationId = workOf(at(first.body, 'results.0.message_id'))?.conversationId ?? 0
    await received(conversationId, 'A5B6C7D8E9F0A1B2')
    const reply_id = eventIdOf({ conversationId, messageId: 'A5B6C7D8E9F0A1B2' })
    expect(reply_id).toMatch(/^\$[\w-]+$/)
    const same = await send({ ...text, contact: '5216660001234', reply_id })
    expect(contextOf(same)).toEqual({ quotedId: 'A5B6C7D8E9F0A1B2' })
    const other = await send({ ...text, contact: '1234567890', reply_id })
    expect(contextOf(other)).toEqual({
      quotedId: 'A5B6C7D8E9F0A1B2',
      quotedParticipant: '5216660001234@s.whatsapp.net',
      quotedText: 'What time?',
    })
    const raw = await send({ ...text, contact: '5216660001234', reply_id: 'A5B6C7D8E9F0A1B2' })
    expect(contextOf(raw)).toEqual({ quotedId: 'A5B6C7D8E9F0A1B2' })
  })

  test('an id that names no message of the device is refused, and nothing is sent', async () => {
    await received(77, 'A5B6C7D8E9F0A1B2', 'another-device')
    const ids = [
      '$eCLf_5pzs8ZBhEs5ZojVRS0K3SBLf73cHs2q_Je4kfQ',
      eventIdOf({ conversationId: 77, messageId: 'A5B6C7D8E9F0A1B2' }),
      '$',
      'a b',
    ]
    for (const reply_id of ids) {
      const answer = await send({ ...text, contact: '1234567890', reply_id })
      expect([answer.status, at(answer.body, 'error')]).toEqual([400, expect.stringContaining('reply_id')])
    }
    expect(sends()).toEqual([])
  })
})
