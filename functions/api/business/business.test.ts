import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiDevice, TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type LiveWorld, liveWorld } from '#test/harness/live-world.ts'
import { waitFor } from '#test/harness/wait.ts'

const OWN = '15550009001'
const SHOP = '15550009002'
const NOBODY = '15559990000'

let world: LiveWorld
let tenant: TestTenant
let device: Awaited<ReturnType<LiveWorld['linkedDevice']>>
let idle: ApiDevice
let files: Server

const shop = () => world.network.phone(SHOP)

beforeAll(async () => {
  world = await liveWorld()
  tenant = await world.tenant()
  world.network.createPhone(SHOP, { name: 'Shop' })
  await shop().update({
    business: {
      verifiedName: 'Shop Ltd',
      email: 'shop@example.com',
      address: '1 High Street',
      description: 'Everything',
      websites: ['https://shop.example'],
      categories: [{ id: '1', name: 'Retail' }],
      options: {},
      hours: [],
      messageLink: { code: 'SHOPLINK12', message: 'Hello shop' },
    },
  })
  const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  files = createServer((_request, response) => void response.end(picture))
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
  ;[device, idle] = await Promise.all([world.linkedDevice(tenant, OWN), world.device(tenant)])
}, 90_000)
afterAll(async () => {
  files?.close()
  await world?.close()
}, 60_000)

type By = { headers: Record<string, string> }
const post = (path: string, body?: unknown, by: By = device): Promise<Invoked> =>
  world.call('POST', `/business/${path}`, { headers: by.headers, body })
const get = (path: string, by: By = device) => world.call('GET', `/business/${path}`, { headers: by.headers })

const ITEMS = [
  { name: 'Product A', quantity: 2, price: 19.99, currency: 'USD' },
  { name: 'Product B', quantity: 1, price: 29.99 },
]

test.each([
  ['resolve-link', { business_link: 'SHOPLINK12' }],
  ['contact-qr', { phone: OWN }],
  ['bot-profiles', { bot_jids: ['867051314767696@bot'] }],
  ['order/send', { phone: SHOP, items: ITEMS }],
])('%s without a session', async (path, body) => {
  const { status, body: answer } = await post(path, body, idle)
  expect(status).toBe(500)
  expect(answer).toEqual({ error: 'no session' })
})

describe('links', () => {
  test('of a business are resolved, in each form', async () => {
    for (const business_link of [
      'https://wa.me/message/SHOPLINK12',
      'https://api.whatsapp.com/message/SHOPLINK12?src=qr',
      'SHOPLINK12',
    ]) {
      expect((await post('resolve-link', { business_link })).body).toEqual({
        success: true,
        business_link,
        business_jid: `${SHOP}@s.whatsapp.net`,
        business_name: 'Shop Ltd',
        verified: true,
        category: 'Retail',
        description: 'Everything',
        website: 'https://shop.example',
        email: 'shop@example.com',
        address: '1 High Street',
        message: 'Hello shop',
      })
    }
  })

  test('that lead nowhere, and what is no link', async () => {
    const nowhere = await post('resolve-link', { business_link: 'https://wa.me/message/NOWHERE' })
    expect(nowhere.status).toBe(500)
    expect(nowhere.body).toEqual({ error: 'failed to resolve business link: the link leads to nobody' })
    expect((await post('resolve-link', {})).body).toEqual({ error: 'business link is required' })
    const other = await post('resolve-link', { business_link: 'https://evil.example/message/SHOPLINK12' })
    expect(other.status).toBe(400)
  })

  test('of the own number are made, kept and replaced', async () => {
    const own = async (revoke: boolean): Promise<string> => {
      const { body } = await post('contact-qr', { phone: OWN, revoke })
      expect(body).toEqual({
        success: true,
        phone: OWN,
        qr_link: expect.stringMatching(/^https:\/\/wa\.me\/qr\/[A-Z0-9]+$/),
        revoked_previous: revoke,
      })
      return String(at(body, 'qr_link'))
    }
    const first = await own(false)
    expect(await own(false)).toBe(first)
    expect(await own(true)).not.toBe(first)
  })

  test('of another number open a chat with it, and cannot be revoked', async () => {
    expect((await post('contact-qr', { phone: SHOP })).body).toEqual({
      success: true,
      phone: SHOP,
      qr_link: `https://wa.me/${SHOP}`,
      revoked_previous: false,
    })
    expect((await post('contact-qr', { phone: SHOP, revoke: true })).status).toBe(400)
    expect((await post('contact-qr', { phone: NOBODY })).body).toEqual({ error: 'The number is not on WhatsApp.' })
    expect((await post('contact-qr', {})).body).toEqual({ error: 'phone number is required' })
  })
})

test('bots are listed and describe themselves', async () => {
  const { body } = await get('bots')
  expect(body).toMatchObject({
    success: true,
    count: 2,
    bots: [{ name: 'Meta AI', description: 'Ask anything', verified: true }, { name: 'Sandbox Tutor' }],
  })
  const jid = String(at(body, 'bots.0.jid'))
  expect((await post('bot-profiles', { bot_jids: [jid, `${SHOP}@s.whatsapp.net`] })).body).toEqual({
    success: true,
    profiles: [
      {
        jid,
        name: 'Meta AI',
        description: 'Ask anything',
        verified: true,
        capabilities: ['assistant'],
        commands: [{ command: '/imagine', description: 'Draws a picture' }],
      },
    ],
    count: 1,
  })
  expect((await post('bot-profiles', { bot_jids: [] })).body).toEqual({ error: 'bot JIDs are required' })
  expect((await post('bot-profiles', { bot_jids: ['x'] })).status).toBe(400)
  expect((await get('bots', idle)).body).toEqual({ error: 'no session' })
  world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'bot', code: 500, count: 1 })
  expect((await get('bots')).body).toEqual({ error: 'failed to retrieve bots list: internal-server-error' })
})

describe('orders', () => {
  const orders = () =>
    shop()
      .messages()
      .filter(({ kind }) => kind === 'order')

  test('reach the business with what is ordered, the total and a picture', async () => {
    const { port } = files.address() as AddressInfo
    const items = [{ ...ITEMS[0], image_url: `http://127.0.0.1:${port}/a.png` }, ITEMS[1]]
    const { body, text } = await post('order/send', { phone: SHOP, items, notes: 'Please deliver in the morning' })
    expect(body, text).toEqual({
      success: true,
      message: 'Order message sent successfully',
      phone: SHOP,
      order_id: expect.stringMatching(/^ORD\d{12}$/),
      items_count: 2,
      total_amount: 69.97,
    })
    const got = await waitFor('the order', () => orders()[0])
    expect(got).toMatchObject({
      text: '2 × Product A: 39.98 USD\n1 × Product B: 29.99 USD\n\nPlease deliver in the morning',
      order: { id: at(body, 'order_id'), itemCount: 2, total1000: 69_970, currency: 'USD', hasThumbnail: true },
    })
  })

  test('a repeated request is the same order', async () => {
    const before = orders().length
    const by = { headers: { ...device.headers, 'idempotency-key': 'order-1' } }
    const [first, again] = [
      await post('order/send', { phone: SHOP, items: ITEMS }, by),
      await post('order/send', { phone: SHOP, items: ITEMS }, by),
    ]
    expect(at(again.body, 'order_id')).toBe(at(first.body, 'order_id'))
    await waitFor('the order', () => orders().length > before)
    expect(orders()).toHaveLength(before + 1)
  })

  test('that are none, or go to nobody', async () => {
    const wrong = async (body: object) => (await post('order/send', body)).body
    expect(await wrong({ items: ITEMS })).toEqual({ error: 'phone number is required' })
    expect(await wrong({ phone: SHOP, items: [] })).toEqual({ error: 'order must contain at least one item' })
    expect(await wrong({ phone: SHOP, items: [{ name: 'x', quantity: 0, price: 1 }] })).toEqual({
      error: 'invalid order item format',
    })
    expect(await wrong({ phone: SHOP, items: [ITEMS[0], { ...ITEMS[0], currency: 'EUR' }] })).toEqual({
      error: 'invalid order item format: all items must have the same currency',
    })
    expect(await wrong({ phone: NOBODY, items: ITEMS })).toEqual({ error: 'The number is not on WhatsApp.' })
    world.network.faults.set({ kind: 'ack-error', phone: OWN, code: 479, count: 1 })
    const refused = await post('order/send', { phone: SHOP, items: ITEMS })
    expect(refused.status).toBe(500)
    expect(at(refused.body, 'error')).toMatch(/^failed to send order message: /)
  })
})
