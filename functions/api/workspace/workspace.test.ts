import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listDevices } from '#domains/devices/repo.ts'
import { UNNAMED } from '#domains/devices/shown-name.ts'
import { listWebhooks, webhookSecret } from '#domains/webhooks/repo.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

let world: ApiWorld
let tenant: TestTenant
let first: ApiDevice
let second: ApiDevice
let numbers: number[]

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  first = await world.onlineDevice(tenant, '628111111111')
  second = await world.onlineDevice(tenant, '628222222222')
  numbers = (await listDevices(world.ctx, tenant.tenantId)).map(({ number }) => number)
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, owner = tenant): Promise<Invoked> =>
  world.call(method, path, { headers: { authorization: owner.apiKey }, body })

const send = (body: unknown) => call('POST', '/api/v1/messages/send', body)

const workOf = (answer: Invoked) =>
  world.runner.sends().find(({ messageId }) => messageId === at(answer.body, 'wa_message_id'))

const deviceOf = (answer: Invoked): string | undefined =>
  world.runner.commands.find(({ work }) => 'messageId' in work && work.messageId === at(answer.body, 'wa_message_id'))
    ?.deviceId

test('the documented text goes out from the requested device and opens contact and conversation', async () => {
  const body = { to: '+6281234567890', body: 'Hello!', device_id: numbers[1], from: '', name: 'Budi' }
  const answer = await send(body)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toMatchObject({
    conversation_id: expect.any(Number),
    contact_id: expect.any(Number),
    wa_message_id: expect.stringMatching(/^3EB0/),
    device_id: numbers[1],
    status: 'sent',
  })
  expect(deviceOf(answer)).toBe(second.id)
  const again = await send({ ...body, body: 'Hello again!', device_id: String(numbers[1]) })
  expect(at(again.body, 'conversation_id')).toBe(at(answer.body, 'conversation_id'))
  const contact = await call('GET', `/api/v1/contacts/${at(answer.body, 'contact_id')}/card`)
  // The name is the caller's: WhatsApp has told none.
  expect(at(contact.body, 'data')).toMatchObject({ name: 'Budi', profile_name: '' })
})

test('"from" names the device by number or JID; an unknown one is no device', async () => {
  for (const from of ['+62 822-2222-222', '628222222222:3@s.whatsapp.net', '628222222222@s.whatsapp.net']) {
    expect(deviceOf(await send({ to: '+6281234567891', body: 'x', from })), from).toBe(second.id)
  }
  expect((await send({ to: '+6281234567891', body: 'x', from: '+999999999' })).status).toBe(404)
  const unknown = await send({ to: '+6281234567891', body: 'x', device_id: 424242 })
  expect([unknown.status, at(unknown.body, 'error')]).toEqual([404, 'No device has the number in "device_id".'])
  const odd = await send({ to: '+6281234567891', body: 'x', device_id: '2x' })
  expect([odd.status, at(odd.body, 'error')]).toEqual([400, 'device_id: must be the number of a device'])
  expect((await send({ to: '+6281234567891', body: 'x', device_id: numbers[0], from: '628222222222' })).status).toBe(
    400,
  )
})

test('a requested device that is not connected answers 502 and no other number is used', async () => {
  await world.set(second, { state: 'waiting' })
  const before = world.runner.sends().length
  const answer = await send({ to: '+6281234567892', body: 'x', device_id: numbers[1] })
  expect([answer.status, answer.body]).toMatchObject([502, { code: 'device_not_connected' }])
  expect(world.runner.sends().length).toBe(before)
  expect(deviceOf(await send({ to: '+6281234567892', body: 'x' }))).toBe(first.id)
  await world.set(first, { state: 'idle', desired: 'offline' })
  expect((await send({ to: '+6281234567892', body: 'x' })).status).toBe(502)
})

test('a number whose login ended is that device still, unless another one has it now', async () => {
  const third = await world.onlineDevice(tenant, '628222222222')
  await world.set(second, { state: 'loggedOut', desired: 'offline' })
  expect(deviceOf(await send({ to: '+6281234567892', body: 'x', from: '628222222222' }))).toBe(third.id)
  await world.set(third, { state: 'loggedOut', desired: 'offline' })
  const answer = await send({ to: '+6281234567892', body: 'x', from: '628222222222' })
  expect([answer.status, answer.body]).toMatchObject([502, { code: 'device_logged_out' }])
})

test('without a device the one that knows the person writes again', async () => {
  const to = '+6281234567893'
  await send({ to, body: 'x', device_id: numbers[1] })
  expect(deviceOf(await send({ to, body: 'y' }))).toBe(second.id)
})

test('a caller who does not wait is told that the wish was granted', async () => {
  const body = { to: '+6281234567892', body: 'x', device_id: numbers[1] }
  const headers = { authorization: tenant.apiKey, prefer: 'respond-async' }
  const answer = await world.call('POST', '/api/v1/messages/send', { headers, body })
  expect([answer.status, answer.headers['preference-applied']]).toEqual([202, 'respond-async'])
  expect((await send({ ...body, body: 'y' })).headers).not.toHaveProperty('preference-applied')
})

test('images and documents as the document shows them', async () => {
  const image = await send({
    to: '+6281234567894',
    media_base64: PNG,
    media_mime: 'image/jpeg',
    media_filename: 'photo.jpg',
    body: 'optional caption',
    device_id: numbers[0],
  })
  expect(image.status, image.text).toBe(200)
  expect(workOf(image)?.content).toMatchObject({
    kind: 'image',
    caption: 'optional caption',
    media: { mimeType: 'image/png' },
  })
  const pdf = await send({
    to: '+6281234567894',
    media_base64: Buffer.from('%PDF-1.4\n').toString('base64'),
    media_mime: 'application/pdf',
    media_filename: 'invoice.pdf',
  })
  expect(workOf(pdf)?.content).toMatchObject({
    kind: 'document',
    media: { fileName: 'invoice.pdf', mimeType: 'application/pdf' },
  })
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'body'],
    [{ media_base64: PNG }, 'media_mime'],
    [{ media_base64: '<base64>', media_mime: 'image/png' }, 'base64'],
    [{ body: 'x'.repeat(4097) }, 'body'],
  ]
  for (const [body, word] of bad) {
    const answer = await send({ to: '+6281234567894', ...body })
    expect([answer.status, answer.text], word).toMatchObject([400, expect.stringContaining(word)])
  }
})

test('a large file is uploaded with a form and sent by its id; the form takes no larger one', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(300_000, 1)])
  const wanted = { purpose: 'message', fileName: 'big.pdf', mimeType: 'application/pdf', sizeBytes: bytes.length }
  const place = await call('POST', '/api/v1/uploads', wanted)
  expect(place.status, place.text).toBe(201)
  const { uploadId, url, fields } = place.body as { uploadId: string; url: string; fields: Record<string, string> }
  const early = await send({ to: '+6281234567895', upload_id: uploadId })
  expect([early.status, early.text]).toMatchObject([400, expect.stringContaining('upload_id')])
  const post = async (content: Buffer): Promise<number> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('file', new Blob([new Uint8Array(content)], { type: 'application/pdf' }), 'big.pdf')
    return (await fetch(url, { method: 'POST', body: form })).status
  }
  expect(await post(Buffer.concat([bytes, bytes]))).toBeGreaterThanOrEqual(400)
  expect(await post(bytes)).toBeLessThan(300)
  const sent = await send({ to: '+6281234567895', upload_id: uploadId, body: 'see file' })
  expect(sent.status, sent.text).toBe(200)
  expect(workOf(sent)?.content).toMatchObject({
    kind: 'document',
    caption: 'see file',
    media: { sizeBytes: bytes.length, fileName: 'big.pdf' },
  })
  const body = { Phone: '6281234567895', Document: `upload:${uploadId}`, FileName: 'other.pdf' }
  expect((await world.call('POST', '/chat/send/document', { headers: first.headers, body })).status).toBe(200)
  const other = await world.tenant()
  const foreign = await world.onlineDevice(other)
  expect((await world.call('POST', '/chat/send/document', { headers: foreign.headers, body })).status).toBe(400)
})

test('a device that nobody named is called as its account calls itself', async () => {
  await world.set(first, { name: UNNAMED, pushName: 'Shop' })
  await world.set(second, { name: 'Support', pushName: 'Shop' })
  const rows = (await call('GET', '/api/v1/devices')).body
  expect(rows).toMatchObject([{ name: 'Shop' }, { name: 'Support' }])
  await send({ to: '+6281234567890', body: 'x', device_id: numbers[0] })
  expect((await call('GET', '/api/v1/conversations')).body).toMatchObject([{ device_name: 'Shop' }])
})

test('devices and the state of the transport', async () => {
  await world.set(second, { state: 'loggedOut', desired: 'offline', inboxId: 7 })
  const rows = await call('GET', '/api/v1/devices')
  expect(rows.body).toMatchObject([
    { id: numbers[0], device_id: numbers[0], phone: '+628111111111', status: 'connected', inbox_id: null },
    { id: numbers[1], status: 'logged_out', phone: '', paired: false, inbox_id: 7 },
  ])
  expect((await call('GET', '/api/v1/wa/status')).body).toMatchObject({
    transport: { status: 'connected', connected_devices: 1 },
    pairing: { paired: true, paired_devices: 1 },
    devices: [{ device_id: numbers[0] }, { device_id: numbers[1] }],
  })
  expect((await call('GET', '/api/v1/devices', undefined, await world.tenant())).body).toEqual([])
})

test('webhooks have integer ids, their secret is kept encrypted and never shown, and belong to one tenant', async () => {
  const made = await call('POST', '/api/v1/webhooks', { url: 'https://example.com/hook', secret: 'hush-hush' })
  expect([made.status, made.body]).toMatchObject([201, { id: expect.any(Number), active: true, has_secret: true }])
  const list = await call('GET', '/api/v1/webhooks')
  expect(list.body).toHaveLength(1)
  expect(made.text + list.text).not.toContain('hush')
  const [stored] = await listWebhooks(world.ctx, tenant.tenantId)
  expect(JSON.stringify(stored)).not.toContain('hush')
  expect(stored && (await webhookSecret(stored))).toBe('hush-hush')
  const id = at(made.body, 'id')
  expect((await call('DELETE', `/api/v1/webhooks/${id}`, undefined, await world.tenant())).status).toBe(404)
  expect((await call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(200)
  expect((await call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(404)
  expect((await call('DELETE', '/api/v1/webhooks/x')).status).toBe(404)
  expect(await call('POST', '/api/v1/webhooks', { url: 'nope' })).toMatchObject({
    status: 400,
    body: { error: 'url: The URL is not valid.', code: 'unsafe_url' },
  })
})

test('the file of a message is reached by its tenant and its device only', async () => {
  const sent = await send({ to: '+6281234567896', media_base64: PNG, media_mime: 'image/png', device_id: numbers[0] })
  const path = `/media/${at(sent.body, 'conversation_id')}/${at(sent.body, 'wa_message_id')}`
  const found = await call('GET', path)
  expect(found.status).toBe(200)
  expect(found.headers['content-type']).toBe('image/png')
  expect(Number(found.headers['content-length'])).toBe(Buffer.from(PNG, 'base64').length)
  expect((await world.call('GET', path, { headers: first.headers })).status).toBe(200)
  expect((await world.call('GET', path, { headers: second.headers })).status).toBe(404)
  expect((await call('GET', path, undefined, await world.tenant())).status).toBe(404)
  expect((await world.call('GET', path)).status).toBe(401)
  const text = await send({ to: '+6281234567896', body: 'x', device_id: numbers[0] })
  const none = await call('GET', `/media/${at(text.body, 'conversation_id')}/${at(text.body, 'wa_message_id')}`)
  expect(none.status).toBe(404)
})
