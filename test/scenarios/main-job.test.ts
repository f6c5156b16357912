import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { createDevice, pair, pairedDevice, qrOf, untilLoggedIn } from '#test/harness/device.ts'
import { at } from '#test/harness/http.ts'
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

const eventsOf = (path: string, type: string): Record<string, unknown>[] =>
  receiver.received
    .filter((request) => request.path === path && at(request.body, 'type') === type)
    .map((request) => request.body as Record<string, unknown>)

test('a message is sent, delivered and read, and the answer reaches the webhook', async () => {
  const device = await pairedDevice(stack, { webhook: `${receiver.url}/main`, events: 'All' })
  const customer = await createPhone(stack.sandboxUrl, freshNumber())

  const sent = await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'Hello from the API' })
  expect(sent.status, sent.text).toBe(200)
  expect(at(sent.body, 'data.Details')).toBe('Sent')
  const id = String(at(sent.body, 'data.Id'))

  const got = await customer.hasText('Hello from the API')
  expect(got.id).toBe(id)
  await customer.read(id)
  await waitFor('the read receipt at the webhook', () =>
    eventsOf('/main', 'ReadReceipt').some((event) => JSON.stringify(event).includes(id)),
  )

  await customer.send(device.phone.phone, { text: 'Hello back' })
  const message = await waitFor('the answer at the webhook', () =>
    eventsOf('/main', 'Message').find((event) => JSON.stringify(event).includes('Hello back')),
  )
  expect(JSON.stringify(message)).toContain(customer.phone)
}, 90_000)

test('a device is paired by code as well', async () => {
  const device = await createDevice(stack)
  await device.api('POST', '/session/connect', { Immediate: true })
  await qrOf(device)
  const answer = await device.api('POST', '/session/pairphone', { Phone: device.phone.phone })
  expect(answer.status, answer.text).toBe(200)
  const code = String(at(answer.body, 'data.LinkingCode'))
  expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
  await device.phone.enterCode(code)
  await untilLoggedIn(device)
}, 90_000)

test('a logout on the phone is seen, and the next send says so', async () => {
  const device = await createDevice(stack)
  await pair(device)
  const state = await device.phone.state()
  const linked = at(state, 'devices') as { device: number }[]
  await device.phone.unlink(linked[0]?.device ?? 1)
  await waitFor(
    'the logout to be seen',
    async () => at((await device.api('GET', '/session/status')).body, 'data.loggedIn') === false,
  )
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const refused = await device.api('POST', '/chat/send/text', { Phone: customer.phone, Body: 'x' })
  expect(refused.status).toBe(500)
  expect(at(refused.body, 'error')).toBe('no session: the device is logged out, pair it again')
}, 90_000)

test('an image and a document arrive as they were sent', async () => {
  const device = await pairedDevice(stack)
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const png =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  const image = await device.api('POST', '/chat/send/image', { Phone: customer.phone, Image: png, Caption: 'a dot' })
  expect(image.status, image.text).toBe(200)
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n')
  const document = await device.api('POST', '/chat/send/document', {
    Phone: customer.phone,
    Document: `data:application/pdf;base64,${pdf.toString('base64')}`,
    FileName: 'report.pdf',
  })
  expect(document.status, document.text).toBe(200)
  const messages = await waitFor('both at the phone', async () => {
    const all = (await customer.messages()).filter((message) => !message.fromMe)
    return all.length >= 2 && all
  })
  expect(messages.map((message) => message.kind).sort()).toEqual(['document', 'image'])
  const bytes = await fetch(
    `${stack.sandboxUrl}/phones/${customer.phone}/media/${String(at(document.body, 'data.Id'))}`,
  )
  expect(Buffer.from(await bytes.arrayBuffer()).equals(pdf)).toBe(true)
}, 90_000)
