import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { at } from '#test/harness/http.ts'
import { createPhone, freshNumber, type Phone } from '#test/harness/phone.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'

let stack: LocalStack
let receiver: Receiver
let sender: TestDevice
let other: TestDevice
let customer: Phone
let group: string

const ok = async (device: TestDevice, method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await device.api(method, path, body)
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
  return answer.body
}

/** Sends by the first device and gives the message id. */
const send = async (path: string, body: Record<string, unknown>): Promise<string> =>
  String(at(await ok(sender, 'POST', path, body), 'data.Id'))

/** Waits for a webhook of the second device that names all of these. */
const heard = (type: string, ...marks: string[]) =>
  waitFor(`${type} with ${marks.join(', ')} at the webhook`, () =>
    receiver.received.find(
      ({ path, body, raw }) =>
        path === '/other' && at(body, 'type') === type && marks.every((mark) => raw.includes(mark)),
    ),
  )

beforeAll(async () => {
  ;[stack, receiver] = await Promise.all([startStack({}), startReceiver()])
  ;[sender, other] = await Promise.all([
    pairedDevice(stack),
    pairedDevice(stack, { webhook: `${receiver.url}/other`, events: 'All' }),
  ])
  customer = await createPhone(stack.sandboxUrl, freshNumber())
  const made = await ok(sender, 'POST', '/group/create', {
    Name: 'Full surface',
    Participants: [other.phone.phone, customer.phone],
  })
  group = String(at(made, 'data.JID'))
}, 180_000)

afterAll(async () => {
  await stack?.stop()
  await receiver?.close()
}, 60_000)

test('both devices know the group, and a change of one reaches the other', async () => {
  expect(group).toMatch(/@g\.us$/)
  await heard('JoinedGroup', group)
  await ok(sender, 'POST', '/group/name', { GroupJID: group, Name: 'Full surface, renamed' })
  await heard('GroupInfo', group, 'Full surface, renamed')
  const info = await ok(other, 'GET', `/group/info?groupJID=${group}`)
  expect(JSON.stringify(info)).toContain('Full surface, renamed')
}, 60_000)

test('every structured kind arrives in the group, at the phone and at the other device', async () => {
  const kinds: Record<string, [path: string, body: Record<string, unknown>]> = {
    text: ['/chat/send/text', { Phone: group, Body: 'plain words' }],
    location: ['/chat/send/location', { Phone: group, Latitude: 48.85837, Longitude: 2.294481, Name: 'Eiffel Tower' }],
    contact: [
      '/chat/send/contact',
      { Phone: group, Name: 'John Doe', Vcard: 'BEGIN:VCARD\nVERSION:3.0\nN:Doe;John;;;\nFN:John Doe\nEND:VCARD' },
    ],
    poll: ['/chat/send/poll', { Group: group, Header: 'Favourite colour?', Options: ['Red', 'Blue'], MaxAnswer: 1 }],
  }
  for (const [kind, [path, body]] of Object.entries(kinds)) {
    const id = await send(path, body)
    await waitFor(`the ${kind} at the phone`, async () => (await customer.messages()).some((each) => each.id === id))
    await heard('Message', id)
  }
}, 120_000)

test('a message is answered, edited, reacted to and taken back', async () => {
  const id = await send('/chat/send/text', { Phone: other.phone.phone, Body: 'first words' })
  await heard('Message', id, 'first words')
  await send('/chat/send/edit', { Phone: other.phone.phone, Id: id, Body: 'second words' })
  await heard('Message', 'second words')
  await ok(sender, 'POST', '/chat/react', { Phone: other.phone.phone, Id: `me:${id}`, Body: '❤️' })
  await heard('Message', '❤️')
  const replied = await ok(other, 'POST', '/chat/send/text', {
    Phone: sender.phone.phone,
    Body: 'an answer',
    ContextInfo: { StanzaId: id, Participant: `${sender.phone.phone}@s.whatsapp.net` },
  })
  const answer = await sender.phone.hasText('an answer')
  expect(answer.id).toBe(at(replied, 'data.Id'))
  await ok(sender, 'POST', '/chat/delete', { Phone: other.phone.phone, Id: id })
  await waitFor('the phone to have it taken back', async () => {
    const message = (await other.phone.messages()).find((each) => each.id === id) as { revoked?: boolean } | undefined
    return message?.revoked === true
  })
}, 90_000)

test('the chat list is changed by the API and shown by the phone', async () => {
  await ok(sender, 'POST', '/chat/pin', { phone: other.phone.phone, pin: true })
  const list = await ok(sender, 'GET', '/chat/list')
  expect(JSON.stringify(list)).toContain(other.phone.phone)
  const chats = (await (await fetch(`${stack.sandboxUrl}/phones/${sender.phone.phone}/chats`)).json()) as unknown
  expect(JSON.stringify(chats)).toContain('"pinned":true')
}, 60_000)

test('people are found, by number and by LID, and say something about themselves', async () => {
  await ok(other, 'POST', '/user/status', { status: 'At work' })
  const info = await ok(sender, 'POST', '/user/info', { Phone: [other.phone.phone] })
  expect(JSON.stringify(info)).toContain(other.phone.phone)
  expect(JSON.stringify(info)).toContain('At work')
  const lid = await ok(sender, 'POST', '/user/lid/get', { phone: other.phone.phone })
  expect(JSON.stringify(lid)).toMatch(/@lid/)
}, 60_000)

test('a member who leaves is gone for the others', async () => {
  await ok(other, 'POST', '/group/leave', { GroupJID: group })
  await waitFor('the group without the member', async () => {
    const info = await ok(sender, 'GET', `/group/info?groupJID=${group}`)
    return !JSON.stringify(info).includes(other.phone.phone)
  })
  const refused = await other.api('POST', '/chat/send/text', { Phone: group, Body: 'still here?' })
  expect(refused.status).toBeGreaterThanOrEqual(400)
}, 60_000)
