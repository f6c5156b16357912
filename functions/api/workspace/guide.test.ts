import { GetObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { devicesOf } from '#domains/guide/devices.ts'
import { eventIdOf } from '#domains/guide/matrix-ids.ts'
import { findToken } from '#domains/guide/tokens.ts'
import { messageKey } from '#domains/messages/model.ts'
import { listWebhooks } from '#domains/webhooks/repo.ts'
import { fail } from '#kit/errors.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

const PHONE = '237123456789'
const PDF = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from([0, 255, 128, 13, 10, 200])])
const GROUP = '120363312246943103@g.us'

let world: ApiWorld
let tenant: TestTenant
/** The admin's token, and its device's number. */
let token: string
let device: Device

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  token = await makeToken(false)
  device = await linkDevice(token, PHONE)
  world.runner.onSend(() => 'ack')
})
afterAll(() => world?.close())

type Options = { token?: string; headers?: Record<string, string> }

const call = (method: string, path: string, body?: unknown, options: Options = {}): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, {
    headers: { authorization: `Bearer ${options.token ?? token}`, ...options.headers },
    body,
  })

const basic = () => ({
  authorization: `Basic ${Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')}`,
})
const makeToken = async (use_host: boolean): Promise<string> => {
  const made = await world.call('POST', '/api/v1/tokens', { headers: basic(), body: { use_host } })
  return String(at(made.body, 'token'))
}
const lastToken = async (): Promise<{ id: number; matrix_username: string }> => {
  const rows = (await world.call('GET', '/api/v1/tokens', { headers: basic() })).body
  return (rows as { id: number; matrix_username: string }[]).at(-1) ?? { id: 0, matrix_username: '' }
}
const ownDevices = async (): Promise<Device[]> =>
  devicesOf(world.ctx, { tenantId: tenant.tenantId, identity: (await lastToken()).matrix_username })

/** Asks for a device and links a phone to it, as the runner would write it. */
const linkDevice = async (as: string, phone: string): Promise<Device> => {
  const asked = await call('POST', '/devices', { platform: 'wa' }, { token: as })
  if (asked.status !== 201) throw new Error(`asking for a device: ${asked.status} ${asked.text}`)
  const [made] = (await ownDevices()).filter(({ jid }) => jid === undefined)
  if (!made) throw new Error('no device was made')
  const set = { state: 'online' as const, jid: `${phone}:3@s.whatsapp.net`, lid: `9${phone}:3@lid`, qr: undefined }
  const linked = await changeDevice(world.ctx, made.id, { set })
  if (!linked) throw new Error('the device is gone')
  return linked
}

const send = (body: unknown, options: Options = {}) => call('POST', `/devices/${PHONE}/message`, body, options)
const text = { platform: 'wa', text: 'Hello from API' }
const sends = () => world.runner.commands.filter(({ deviceId, work }) => deviceId === device.id && 'to' in work)
const sentTo = () =>
  world.runner.commands
    .flatMap(({ deviceId, work }) => (deviceId === device.id && work.type === 'message.send' ? [work.to] : []))
    .sort()
const workOf = (messageId: unknown) => world.runner.sends().find((work) => work.messageId === messageId)

/** A multipart form as an HTTP client sends it. */
const sendForm = async (
  fields: Record<string, string>,
  file?: { name: string; bytes: Buffer; type?: string },
  headers = {},
) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  if (file) form.set('file', new File([new Uint8Array(file.bytes)], file.name, { type: file.type }))
  const request = new Request('http://localhost', { method: 'POST', body: form })
  const type = request.headers.get('content-type') ?? ''
  const body = new Uint8Array(await request.arrayBuffer())
  return send(body, { headers: { 'content-type': type, ...headers } })
}

describe('devices', () => {
  test('adding one answers as documented, connects it, and asks again for the same while it waits', async () => {
    const other = await makeToken(false)
    const asked = await call('POST', '/devices', { platform: 'wa' }, { token: other })
    expect([asked.status, asked.body]).toEqual([
      201,
      {
        message: 'Scan the QR code to link your device',
        qr_code_url: expect.stringMatching(new RegExp(`^wss?://[^/]+/api/v1/devices/qr-code\\?token=${other}$`)),
      },
    ])
    await call('POST', '/devices', { platform: 'wa' }, { token: other })
    expect(await ownDevices()).toMatchObject([{ desired: 'online' }])
    expect((await call('GET', '/devices', undefined, { token: other })).body).toEqual([])
    for (const platform of ['signal', '', 1]) {
      const bad = await call('POST', '/devices', { platform })
      expect([bad.status, at(bad.body, 'error')]).toEqual([400, expect.stringContaining('platform')])
    }
  })

  test('the list is bare rows; tokens with use_host share it, others have their own', async () => {
    const rows = [{ platform: 'wa', device_id: PHONE }]
    expect((await call('GET', '/devices')).body).toEqual(rows)
    expect((await call('GET', '/devices', undefined, { token: await makeToken(true) })).body).toEqual(rows)
    const alone = await makeToken(false)
    expect((await call('GET', '/devices', undefined, { token: alone })).body).toEqual([])
    await changeDevice(world.ctx, device.id, { set: { state: 'loggedOut' } })
    expect((await call('GET', '/devices')).body).toEqual([])
  })

  test('another token’s device is not found: not to send, not to delete', async () => {
    const alone = await makeToken(false)
    expect((await send({ ...text, contact: '1234567890' }, { token: alone })).status).toBe(404)
    const body = { device_id: PHONE, platform: 'wa' }
    expect((await call('DELETE', '/devices', body, { token: alone })).status).toBe(404)
    expect((await call('GET', '/devices')).body).toHaveLength(1)
  })

  test('deleting one ends its login and takes it from the list; a shared one for everybody', async () => {
    const sharing = await makeToken(true)
    const body = { device_id: PHONE, platform: 'wa' }
    const gone = await call('DELETE', '/devices', body, { token: sharing })
    expect([gone.status, gone.body]).toEqual([200, { message: 'Device deleted successfully' }])
    expect(
      world.runner.commands.some(({ deviceId, work }) => deviceId === device.id && work.type === 'device.logout'),
    ).toBe(true)
    expect((await call('GET', '/devices')).body).toEqual([])
    expect((await call('DELETE', '/devices', body)).status).toBe(404)
    expect((await call('DELETE', '/devices', {})).text).toMatch(/device_id.*platform/)
  })

  test('a token keeps to its own devices everywhere: files of another identity are not found', async () => {
    const sent = await sendForm({ contact: '1234567890', platform: 'wa' }, { name: 'a.pdf', bytes: PDF })
    const path = `/media/${workOf(at(sent.body, 'results.0.message_id'))?.conversationId}/${at(sent.body, 'results.0.message_id')}`
    const get = (as: string) => world.call('GET', path, { headers: { authorization: `Bearer ${as}` } })
    expect((await get(token)).status).toBe(200)
    expect((await get(await makeToken(false))).status).toBe(404)
  })

  test('the address of the QR codes speaks WebSocket only', async () => {
    const query = { token }
    const answer = await world.call('GET', '/api/v1/devices/qr-code', {
      headers: { authorization: `Bearer ${token}` },
      query,
    })
    expect([answer.status, at(answer.body, 'code')]).toEqual([426, 'upgrade_required'])
  })
})

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
    world.runner.onSend(() => ({ refuse: 463 }))
    const answer = await send({ ...text, contact: '1234567890, nobody' })
    expect([answer.status, answer.body]).toMatchObject([
      502,
      { code: 'send_failed', error: expect.any(String), results: [{ status: 'failed' }, { status: 'failed' }] },
    ])
    expect((await send({ ...text, contact: 'nobody' })).status).toBe(400)
  })

  test('who does not want to wait is told that it is queued', async () => {
    world.runner.onSend(() => 'silence')
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
      const stored = await world.ctx.stores.s3.send(
        new GetObjectCommand({ Bucket: world.ctx.stores.buckets.media, Key }),
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
    await changeDevice(world.ctx, device.id, { set: { state: 'loggedOut' } })
    const answer = await send({ ...text, contact: '1234567890' })
    expect([answer.status, at(answer.body, 'code')]).toEqual([502, 'device_logged_out'])
    expect(sends()).toEqual([])
  })
})

describe('groups', () => {
  const links: Record<string, string> = { invite123: GROUP, HffXhYmzzyJGec61oqMXiz: '120363000000000001@g.us' }
  beforeEach(() => {
    world.runner.onQuery('groups.invite-info', ({ work }) => {
      const jid = work.type === 'groups.invite-info' ? links[work.code] : undefined
      if (!jid) throw fail('invite_invalid')
      return {
        jid,
        name: 'Team',
        addressing: 'lid',
        isAnnounce: false,
        isLocked: false,
        ephemeralSeconds: 0,
        adminsAddOnly: false,
        approvalRequired: false,
        isCommunity: false,
        isAnnouncements: false,
        size: 0,
        members: [],
      }
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
  const received = async (conversationId: number, messageId: string, deviceId = device.id): Promise<void> => {
    const chat = '5216660001234@s.whatsapp.net'
    const facts = { direction: 'in', kind: 'text', chat, text: 'What time?', isGroup: false }
    const key = messageKey(tenant.tenantId, conversationId, messageId)
    await world.ctx.main.put({
      ...key,
      tenantId: tenant.tenantId,
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

describe('webhooks', () => {
  const url = 'https://your-server.com/webhook'

  test('are made, listed, changed and removed as documented, each by its token', async () => {
    const made = await call('POST', '/webhooks', { url })
    const id = Number(at(made.body, 'id'))
    const times = { created_at: expect.any(String), updated_at: expect.any(String) }
    expect([made.status, made.body]).toEqual([201, { id: expect.any(Number), url, active: true, ...times }])
    expect((await call('GET', '/webhooks')).body).toEqual([made.body])
    const off = await call('PUT', `/webhooks/${id}`, { active: false })
    expect(off.body).toEqual({ id, url, active: false, ...times })
    const moved = await call('PUT', `/webhooks/${id}`, { url: 'https://new-url.com/webhook' })
    expect(moved.body).toMatchObject({ url: 'https://new-url.com/webhook', active: false })
    expect((await call('PUT', `/webhooks/${id}`, {})).body).toMatchObject({ url: 'https://new-url.com/webhook' })
    const sharing = await makeToken(true)
    expect((await call('GET', '/webhooks', undefined, { token: sharing })).body).toEqual([])
    expect((await call('PUT', `/webhooks/${id}`, { active: true }, { token: sharing })).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${id}`, undefined, { token: sharing })).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${id}`)).body).toEqual({ message: 'Webhook deleted successfully' })
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(404)
    expect((await call('GET', '/webhooks')).body).toEqual([])
  })

  test('the URL has to be public, and is registered once', async () => {
    for (const bad of ['file:///etc/passwd', 'nonsense', '']) {
      expect(await call('POST', '/webhooks', { url: bad }), bad).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^url: /) },
      })
    }
    await call('POST', '/webhooks', { url })
    expect((await call('POST', '/webhooks', { url })).status).toBe(409)
    const second = await call('POST', '/webhooks', { url: 'https://example.com/2' })
    expect((await call('PUT', `/webhooks/${at(second.body, 'id')}`, { url })).status).toBe(409)
    expect((await call('PUT', `/webhooks/${at(second.body, 'id')}`, { url: 'ftp://x' })).status).toBe(400)
  })

  test('rest while the credential of their token is off, and end with it', async () => {
    const asAdmin = (method: string, path: string, body?: unknown) =>
      world.call(method, `/api/v1${path}`, { headers: basic(), body })
    const made = await asAdmin('POST', '/credentials', { client_id: 'my-app' })
    const pair = Buffer.from(`my-app:${at(made.body, 'client_secret')}`).toString('base64')
    const its = await world.call('POST', '/api/v1/tokens', {
      headers: { authorization: `Basic ${pair}` },
      body: { use_host: true },
    })
    await call('POST', '/webhooks', { url }, { token: String(at(its.body, 'token')) })
    const ours = await call('POST', '/webhooks', { url })
    const resting = async () =>
      (await listWebhooks(world.ctx, tenant.tenantId)).filter(({ suspended }) => suspended).map((one) => one.id)
    await asAdmin('PUT', '/credentials/my-app', { active: false })
    expect(await resting()).toHaveLength(1)
    expect(await resting()).not.toContain(at(ours.body, 'id'))
    await asAdmin('PUT', '/credentials/my-app', { active: true })
    expect(await resting()).toEqual([])
    expect((await asAdmin('DELETE', '/credentials/my-app')).status).toBe(200)
    expect((await listWebhooks(world.ctx, tenant.tenantId)).map(({ id }) => id)).toEqual([at(ours.body, 'id')])
  })

  test('end with their token', async () => {
    await call('POST', '/webhooks', { url })
    const { id } = await lastToken()
    const found = await findToken(world.ctx, tenant.tenantId, String(id))
    expect(found).toBeDefined()
    await world.call('DELETE', `/api/v1/tokens/${id}`, { headers: basic() })
    const left = await world.ctx.main.query({ pk: `W#${tenant.tenantId}` })
    expect(left.items).toEqual([])
  })
})

describe('paths that another document has as well', () => {
  test('the credential says whose shape is meant, and neither touches the other’s', async () => {
    const ceox = (method: string, path: string, body?: unknown) =>
      world.call(method, `/api/v1${path}`, { headers: { authorization: tenant.apiKey }, body })
    expect((await call('GET', '/devices')).body).toEqual([{ platform: 'wa', device_id: PHONE }])
    expect((await ceox('GET', '/devices')).body).toMatchObject([
      { device_id: device.number, phone: `+${PHONE}`, status: 'connected', inbox_id: null },
    ])
    const theirs = await ceox('POST', '/webhooks', { url: 'https://example.com/ceox', secret: 'hush' })
    const ours = await call('POST', '/webhooks', { url: 'https://example.com/guide' })
    expect(theirs.body).toMatchObject({ has_secret: true })
    expect(ours.body).not.toHaveProperty('has_secret')
    expect((await ceox('GET', '/webhooks')).body).toMatchObject([{ url: 'https://example.com/ceox' }])
    expect((await call('GET', '/webhooks')).body).toMatchObject([{ url: 'https://example.com/guide' }])
    expect((await ceox('DELETE', `/webhooks/${at(ours.body, 'id')}`)).status).toBe(404)
    expect((await call('DELETE', `/webhooks/${at(theirs.body, 'id')}`)).status).toBe(404)
    expect((await ceox('DELETE', `/webhooks/${at(theirs.body, 'id')}`)).status).toBe(200)
    expect((await call('DELETE', `/webhooks/${at(ours.body, 'id')}`)).status).toBe(200)
  })
})
