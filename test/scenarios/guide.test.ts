import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { type Answer, at, call } from '#test/harness/http.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'

let stack: LocalStack
let receiver: Receiver

beforeAll(async () => {
  ;[stack, receiver] = await Promise.all([startStack({}), startReceiver()])
}, 90_000)

afterAll(async () => {
  await stack?.stop()
  await receiver?.close()
}, 60_000)

type Frame = { type: string; qr_code?: string; image?: string; expires_in?: number; device_id?: string }

/** A socket as a client of the Guide's opens it, with every frame it got. */
const openSocket = (url: string) => {
  const socket = new WebSocket(url)
  const frames: Frame[] = []
  const seen: { closed?: number; refused?: number } = {}
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame))
  socket.on('close', (code) => {
    seen.closed = code
  })
  socket.on('unexpected-response', (_request, response) => {
    seen.refused = response.statusCode
    response.resume()
  })
  socket.on('error', () => undefined)
  return { frames, seen }
}

const basic = (): string => `Basic ${Buffer.from(`${stack.clientId}:${stack.clientSecret}`).toString('base64')}`

const makeToken = async (use_host: boolean): Promise<string> => {
  const made = await call('POST', `${stack.url}/api/v1/tokens`, {
    headers: { authorization: basic() },
    body: { use_host },
  })
  expect(made.status, made.text).toBe(201)
  return String(at(made.body, 'token'))
}

const as =
  (token: string) =>
  (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(method, `${stack.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` }, body })

test('a token, a device linked over its socket, messages and files both ways, and the end of the device', async () => {
  const token = await makeToken(false)
  const api = as(token)
  const hook = await api('POST', '/webhooks', { url: `${receiver.url}/guide` })
  expect(hook.status, hook.text).toBe(201)

  const asked = await api('POST', '/devices', { platform: 'wa' })
  expect(asked.status, asked.text).toBe(201)
  const address = String(at(asked.body, 'qr_code_url'))
  expect(address).toBe(`${stack.url.replace('http', 'ws')}/api/v1/devices/qr-code?token=${token}`)
  const { frames, seen } = openSocket(address)
  const phone = await createPhone(stack.sandboxUrl, freshNumber())
  // A code that rotates before it is scanned is followed by the next one.
  await waitFor(
    'a code to be scanned',
    async () => {
      const code = frames.at(-1)?.qr_code
      return (
        code !== undefined &&
        (await phone.scan(code).then(
          () => true,
          () => false,
        ))
      )
    },
    { timeoutMs: 40_000 },
  )
  expect(frames[0]).toEqual({
    type: 'qr',
    qr_code: expect.stringMatching(/^2@|,/),
    image: expect.stringMatching(/^data:image\/png;base64,/),
    expires_in: expect.any(Number),
  })
  await waitFor('the socket to be closed', () => seen.closed !== undefined, { timeoutMs: 40_000 })
  expect(frames.at(-1)).toMatchObject({ type: 'success', platform: 'wa', device_id: phone.phone })
  expect((await api('GET', '/devices')).body).toEqual([{ platform: 'wa', device_id: phone.phone }])

  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const body = { contact: customer.phone, platform: 'wa', text: 'Hello from the Guide' }
  const sent = await api('POST', `/devices/${phone.phone}/message`, body)
  expect(sent.status, sent.text).toBe(200)
  await customer.hasText('Hello from the Guide')

  await customer.send(phone.phone, { text: 'Good morning' })
  const payload = await waitFor('the text at the webhook', () =>
    receiver.received.find((request) => at(request.body, 'message') === 'Good morning'),
  )
  const server = new URL(stack.url).host
  expect(payload.body).toMatchObject({
    id: expect.stringMatching(/^\$/),
    type: 'm.text',
    from: `@whatsapp_${customer.phone}:${server}`,
    device_id: phone.phone,
    media: { content: null },
  })
  const reply = { ...body, text: 'A reply', reply_id: at(payload.body, 'id'), contact: at(payload.body, 'from') }
  expect((await api('POST', `/devices/${phone.phone}/message`, reply)).status).toBe(200)
  await customer.hasText('A reply')

  const form = new FormData()
  for (const [name, value] of Object.entries({ contact: customer.phone, platform: 'wa', text: 'see file' }))
    form.set(name, value)
  const bytes = new Uint8Array([...Buffer.from('%PDF-1.4\n'), 0, 255, 128, 13, 10])
  form.set('file', new File([bytes], 'document.pdf', { type: 'application/pdf' }))
  const posted = await fetch(`${stack.url}/api/v1/devices/${phone.phone}/message`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  expect(posted.status, await posted.text()).toBe(200)
  const file = await waitFor('the file on the phone', async () =>
    (await customer.messages()).find(({ kind, fromMe }) => kind === 'document' && !fromMe),
  )
  expect(file.caption).toBe('see file')

  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  await customer.send(phone.phone, { image: { base64: png, mimetype: 'image/png', caption: 'a dot' } })
  const picture = await waitFor('the picture at the webhook', () =>
    receiver.received.find((request) => at(request.body, 'type') === 'm.image'),
  )
  expect(picture.body).toMatchObject({
    message: 'a dot',
    media: { content: png, info: { size: Buffer.from(png, 'base64').length, mime_type: 'image/png', blur_hash: '' } },
  })

  const group = await call('POST', `${stack.sandboxUrl}/phones/${customer.phone}/groups`, {
    body: { subject: 'Team', participants: [phone.phone] },
  })
  expect(group.status, group.text).toBe(201)
  const link = `https://chat.whatsapp.com/${at(group.body, 'inviteCode')}`
  const toAll = { group_url: link, contact: '1', platform: 'wa', text: 'Hello group!' }
  const told = await api('POST', `/devices/${phone.phone}/message`, toAll)
  expect([told.status, told.body]).toMatchObject([200, { results: [{ recipient: link, status: 'sent' }] }])
  expect((await customer.hasText('Hello group!')).chat).toMatch(/@g\.us$/)

  const gone = await api('DELETE', '/devices', { device_id: phone.phone, platform: 'wa' })
  expect(gone.status, gone.text).toBe(200)
  expect((await api('GET', '/devices')).body).toEqual([])
}, 150_000)

test('a socket with nothing to link gets an error and is closed; one without a token is refused', async () => {
  const host = stack.url.replace('http', 'ws')
  const { frames, seen } = openSocket(`${host}/api/v1/devices/qr-code?token=${await makeToken(false)}`)
  await waitFor('the socket to be closed', () => seen.closed !== undefined, { timeoutMs: 20_000 })
  expect(frames).toEqual([{ type: 'error', message: expect.stringContaining('POST /api/v1/devices') }])
  for (const query of ['', '?token=mt_unknown', `?token=${stack.apiKey}`]) {
    const other = openSocket(`${host}/api/v1/devices/qr-code${query}`)
    await waitFor('the socket to be refused', () => other.seen.refused !== undefined)
    expect(other.seen.refused, query).toBe(401)
  }
}, 60_000)
