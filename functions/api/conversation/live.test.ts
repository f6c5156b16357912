import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { PhoneApi } from '#local/whatsapp/phone-api.ts'
import type { TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import { type LiveWorld, liveWorld } from '#test/harness/live-world.ts'
import { waitFor } from '#test/harness/wait.ts'

const OWN = '15550007101'
const FRIEND = '15550007102'

let world: LiveWorld
let tenant: TestTenant
let own: PhoneApi
let deviceId: string
let friend: PhoneApi

beforeAll(async () => {
  world = await liveWorld()
  tenant = await world.tenant()
  friend = world.network.createPhone(FRIEND)
  const device = await world.linkedDevice(tenant, OWN)
  own = device.phone
  deviceId = device.id
}, 90_000)
afterAll(() => world?.close(), 60_000)

type Row = Record<string, unknown>

const call = (method: string, path: string, body?: unknown) =>
  world.call(method, `/api/v1/conversations${path}`, { headers: { authorization: tenant.apiKey }, body })

const rowWhere = (what: string, fits: (row: Row) => boolean): Promise<Row> =>
  waitFor(what, async () => ((await call('GET', '')).body as Row[]).find(fits), { everyMs: 50, timeoutMs: 20_000 })

const threadOf = async (id: unknown): Promise<Row[]> => (await call('GET', `/${id}/messages`)).body as Row[]

test('a reply quotes what it answers on the phone, and its states come back', async () => {
  const asked = await friend.send({ to: OWN, text: 'Do you have it in blue?' })
  const row = await rowWhere('the conversation', ({ unread }) => unread === 1)
  expect(row).toMatchObject({ phone: `+${FRIEND}`, device_phone: `+${OWN}`, status: 'open', needs_action: true })
  const sent = await call('POST', `/${row.id}/messages`, { Body: 'We do!', ReplyTo: asked.id })
  expect(sent.status, sent.text).toBe(200)
  const id = String(at(sent.body, 'wa_message_id'))
  const shown = await waitFor('the reply on the phone', () => friend.messages().find((message) => message.id === id))
  expect(shown).toMatchObject({ text: 'We do!', times: 1, quotedId: asked.id, quotedText: 'Do you have it in blue?' })
  expect(shown.quotedFrom).toContain(FRIEND)
  const message = await waitFor(
    'the reply to be delivered',
    async () => (await threadOf(row.id)).find(({ wa_message_id, status }) => wa_message_id === id && status !== 'sent'),
    { everyMs: 50 },
  )
  expect(message).toMatchObject({ reply_to: { wa_message_id: asked.id, known: true, body: 'Do you have it in blue?' } })
  await rowWhere('the answer in the list', ({ needs_action, last_message }) => {
    return needs_action === false && at(last_message, 'body') === 'We do!' && at(last_message, 'status') !== 'accepted'
  })
}, 60_000)

test('reading shows on the other phone', async () => {
  const { id } = await friend.send({ to: OWN, text: 'Did you see this?' })
  const row = await rowWhere('the unread message', ({ last_message }) => at(last_message, 'wa_message_id') === id)
  expect((await call('POST', `/${row.id}/read`)).status).toBe(200)
  await waitFor(
    'the receipt',
    () => friend.messages().find((message) => message.id === id && message.status === 'read'),
    { timeoutMs: 20_000 },
  )
}, 60_000)

test('somebody who writes is seen on the other phone, and the other side’s writing names the thread and the device', async () => {
  const [row] = (await call('GET', '')).body as Row[]
  const seen: unknown[] = []
  const off = world.network.on((event) => {
    if (event.type === 'chatstate' && event.phone === FRIEND) seen.push(event.data?.state)
  })
  expect((await call('POST', `/${row?.id}/typing`, { state: 'composing' })).status).toBe(200)
  expect((await call('POST', `/${row?.id}/typing`, { state: 'paused' })).status).toBe(200)
  await waitFor('both states on the other phone', () => seen.length === 2)
  off()
  expect(seen).toEqual(['composing', 'paused'])

  friend.typing(OWN, 'composing')
  const { items } = await waitFor('the signal', async () => {
    const page = await world.ctx.main.query<Row>({ pk: `D#${deviceId}`, prefix: 'SG#' })
    const typing = page.items.filter((item) => readOutbox(item).some(({ type }) => type === 'presence.typing'))
    return typing.length > 0 && { items: typing }
  })
  expect(items[0]).toMatchObject({ conversationId: row?.id })
  expect(readOutbox(items[0] as never)[0]?.facts).toMatchObject({ deviceNumber: row?.device_id, state: 'composing' })
}, 60_000)

test('a solved conversation comes back with the next message; what the own phone writes stays solved', async () => {
  const [row] = (await call('GET', '')).body as Row[]
  await call('POST', `/${row?.id}/status`, { status: 'solved' })
  expect((await call('GET', '')).body).toEqual([])
  const { id } = await own.send({ to: FRIEND, text: 'One more thing' })
  const written = await waitFor(
    'the phone’s message in the thread',
    async () => (await threadOf(row?.id)).find(({ wa_message_id }) => wa_message_id === id),
    { everyMs: 50 },
  )
  expect(written).toMatchObject({ direction: 'out', sender: { type: 'phone' } })
  expect((await call('GET', '')).body).toEqual([])
  await friend.send({ to: OWN, text: 'Yes?' })
  expect(await rowWhere('the conversation again', () => true)).toMatchObject({ id: row?.id, status: 'open', unread: 1 })
}, 60_000)
