import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type LiveWorld, liveWorld } from '#test/harness/live-world.ts'

const OWN = '15550007001'
const FRIEND = '15550007002'
const SHOP = '15550007003'
const NOBODY = '15559990000'
const jidOf = (phone: string): string => `${phone}@s.whatsapp.net`

let world: LiveWorld
let tenant: TestTenant
let device: Awaited<ReturnType<LiveWorld['linkedDevice']>>
/** A device that was never connected. */
let idle: { headers: { token: string } }

const friend = () => world.network.phone(FRIEND)

beforeAll(async () => {
  world = await liveWorld()
  tenant = await world.tenant()
  world.network.createPhone(FRIEND, { name: 'Ada' })
  world.network.createPhone(SHOP, { name: 'Shop' })
  world.network.createPhone(OWN, { contacts: [{ phone: FRIEND, name: 'Ada Lovelace' }] })
  await world.network.phone(SHOP).update({
    business: {
      verifiedName: 'Shop Ltd',
      email: 'shop@example.com',
      address: '1 High Street',
      description: 'Everything',
      websites: ['https://shop.example'],
      categories: [{ id: '1', name: 'Retail' }],
      options: { cart_enabled: 'true' },
      timezone: 'Europe/Berlin',
      hours: [
        { day: 'mon', mode: 'specific_hours', opens: 540, closes: 1080 },
        { day: 'sun', mode: 'open_24h' },
      ],
    },
  })
  const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  await friend().update({ about: 'At work', picture: picture.toString('base64') })
  ;[device, idle] = await Promise.all([world.linkedDevice(tenant, OWN), world.device(tenant)])
}, 90_000)
afterAll(() => world?.close(), 60_000)

const call = (method: string, path: string, body?: unknown, by: { headers: { token: string } } = device) =>
  world.call(method, path, { headers: by.headers, body })
const post = (path: string, body: unknown, by?: { headers: { token: string } }): Promise<Invoked> =>
  call('POST', path, body, by)
const inEnvelope = (data: unknown) => ({ code: 200, success: true, data })

test.each([
  ['POST', '/user/check', { Phone: [FRIEND] }],
  ['POST', '/user/info', { Phone: FRIEND }],
  ['POST', '/user/contact/info', { phone: FRIEND }],
  ['POST', '/user/avatar', { Phone: FRIEND, Preview: true }],
  ['POST', '/user/business/profile', { phone: SHOP }],
  ['GET', '/user/contacts', undefined],
  ['POST', '/device/users', { jids: [jidOf(FRIEND)] }],
  ['POST', '/device/users/context', { jids: [jidOf(FRIEND)] }],
  ['GET', '/device/linked', undefined],
  ['POST', '/device/platform', { device_id: 0 }],
])('%s %s without a session', async (method, path, body) => {
  const { status, body: answer } = await call(method, path, body, idle)
  expect(status).toBe(500)
  expect(at(answer, 'error')).toBe('no session')
})

test('check tells who is on WhatsApp, with LID and certified name', async () => {
  const { status, body } = await post('/user/check', { Phone: [SHOP, NOBODY, `+${FRIEND}`] })
  expect(status).toBe(200)
  expect(body).toEqual(
    inEnvelope({
      Users: [
        {
          IsInWhatsapp: true,
          JID: jidOf(SHOP),
          Query: SHOP,
          VerifiedName: 'Shop Ltd',
          LID: world.network.phone(SHOP).view().lid,
        },
        { IsInWhatsapp: false, JID: jidOf(NOBODY), Query: NOBODY, VerifiedName: '' },
        { IsInWhatsapp: true, JID: jidOf(FRIEND), Query: `+${FRIEND}`, VerifiedName: '', LID: friend().view().lid },
      ],
    }),
  )
  expect((await post('/user/check', { Phone: ['abc'] })).status).toBe(400)
})

describe('info', () => {
  test('lists what is known by JID, and leaves out who is not there', async () => {
    const { body } = await post('/user/info', { Phone: [FRIEND, NOBODY, SHOP] })
    const users = at(body, 'data.users') as Record<string, object>
    expect(Object.keys(users)).toEqual([jidOf(FRIEND), jidOf(SHOP)])
    const { lid, pictureId } = friend().view()
    expect(users[jidOf(FRIEND)]).toEqual({
      jid: jidOf(FRIEND),
      status: 'At work',
      picture_id: pictureId,
      lid,
      is_business_account: false,
      device_count: 1,
      first_device: jidOf(FRIEND),
      devices: [
        {
          user: FRIEND,
          agent: '0',
          device: 'UNKNOWN',
          server: 's.whatsapp.net',
          ad: `${FRIEND}.0:0@s.whatsapp.net`,
          jid: jidOf(FRIEND),
        },
      ],
    })
    expect(users[jidOf(SHOP)]).toMatchObject({ verified_name: 'Shop Ltd', is_business_account: true })
  })

  test('takes either spelling of the field, one number, JIDs and LIDs', async () => {
    const { lid } = friend().view()
    for (const phone of [FRIEND, jidOf(FRIEND), lid]) {
      const { body } = await post('/user/info', { phone })
      expect(at(body, 'data.users')).toMatchObject({ [jidOf(FRIEND)]: { lid } })
    }
  })

  test('says what is wrong', async () => {
    const empty = await post('/user/info', {})
    expect(empty.body).toEqual({
      code: 400,
      success: false,
      error: "missing phone numbers in payload. Use 'Phone' or 'phone' field",
    })
    expect((await post('/user/info', { Phone: 'nobody' })).status).toBe(400)
    expect((await post('/user/info', { Phone: NOBODY })).body).toMatchObject({
      code: 400,
      error: 'The number is not on WhatsApp.',
    })
    world.network.faults.set({ kind: 'usync-error', phone: OWN, code: 429, count: 1 })
    const refused = await post('/user/info', { Phone: FRIEND })
    expect(refused.body).toMatchObject({ code: 500, error: expect.stringMatching(/^failed to get user info: /) })
  })
})

describe('contact info', () => {
  test('puts everything together, by number, JID and LID', async () => {
    const { lid, pictureId } = friend().view()
    for (const [phone, input_type] of [
      [FRIEND, 'phone'],
      [jidOf(FRIEND), 'jid'],
      [lid, 'lid'],
    ]) {
      const { body, text } = await post('/user/contact/info', { phone })
      expect(body, text).toEqual(
        inEnvelope({
          phone: FRIEND,
          jid: jidOf(FRIEND),
          input_type,
          is_on_whatsapp: true,
          verified_name: null,
          lid,
          devices: [expect.objectContaining({ jid: `${FRIEND}.0:0@s.whatsapp.net` })],
          user_info: {
            status: 'At work',
            picture_id: pictureId,
            verified_name: null,
            is_business_account: false,
            device_count: 1,
          },
          avatar: {
            id: pictureId,
            type: 'image',
            url: expect.stringMatching(/^http/),
            direct_path: expect.stringMatching(/^\//),
          },
          contact_names: expect.objectContaining({ first_name: 'Ada', full_name: 'Ada Lovelace', push_name: 'Ada' }),
          business_profile: null,
        }),
      )
    }
  })

  test('of a business its profile', async () => {
    const { body } = await post('/user/contact/info', { phone: SHOP })
    expect(at(body, 'data')).toMatchObject({
      verified_name: 'Shop Ltd',
      avatar: null,
      business_profile: {
        email: 'shop@example.com',
        business_hours: [
          { day_of_week: 'mon', mode: 'open_with_hours', open_time: '09:00', close_time: '18:00' },
          { day_of_week: 'sun', mode: 'open_24h', open_time: '', close_time: '' },
        ],
      },
    })
  })

  test('of somebody who is not on WhatsApp only that', async () => {
    const { status, body } = await post('/user/contact/info', { phone: NOBODY })
    expect(status).toBe(200)
    expect(at(body, 'data')).toEqual({
      phone: NOBODY,
      jid: jidOf(NOBODY),
      input_type: 'phone',
      is_on_whatsapp: false,
      verified_name: null,
      lid: null,
      devices: null,
      user_info: null,
      avatar: null,
      contact_names: null,
      business_profile: null,
    })
  })

  test('in the document’s words when it cannot be', async () => {
    expect((await post('/user/contact/info', {})).body).toEqual({ error: 'missing phone in payload' })
    expect((await post('/user/contact/info', { phone: 'x' })).body).toEqual({
      error: 'invalid phone number, JID, or LID',
    })
    const unknown = await post('/user/contact/info', { phone: '99999@lid' })
    expect(unknown.status).toBe(404)
    expect(unknown.body).toEqual({
      error: 'could not resolve LID to phone number. The LID mapping may not be cached locally',
    })
  })
})

describe('avatar', () => {
  test('small and full', async () => {
    for (const [Preview, type] of [
      [true, 'preview'],
      [false, 'image'],
    ]) {
      const { body } = await post('/user/avatar', { Phone: FRIEND, Preview })
      expect(at(body, 'data')).toMatchObject({ id: friend().view().pictureId, type })
    }
  })

  test('of a group one is not in by invitation, and of a community', async () => {
    const { groups } = world.network
    const picture = Buffer.from('a picture').toString('base64')
    const closed = groups.create(FRIEND, 'Closed', [SHOP])
    groups.update(FRIEND, closed.id, { picture })
    expect((await post('/user/avatar', { Phone: closed.id, Preview: false })).status).toBe(403)
    const invited = { Phone: closed.id, Preview: false, InviteCode: closed.inviteCode }
    expect((await post('/user/avatar', invited)).status).toBe(200)
    const village = groups.createCommunity(OWN, { subject: 'Village' })
    groups.update(OWN, village.id, { picture })
    const { body } = await post('/user/avatar', { Phone: village.id, Preview: true, IsCommunity: true })
    expect(at(body, 'data')).toMatchObject({
      type: 'preview',
      url: expect.stringContaining(encodeURIComponent(village.id)),
    })
  })

  test('says that there is none, and that it is not shown', async () => {
    expect((await post('/user/avatar', { Phone: SHOP, Preview: true })).status).toBe(404)
    expect((await post('/user/avatar', { Phone: NOBODY, Preview: true })).status).toBe(404)
    await friend().update({ privacy: { profile: 'none' } })
    expect((await post('/user/avatar', { Phone: FRIEND, Preview: true })).status).toBe(403)
    const { id } = world.network.groups.create(FRIEND, 'Both', [OWN])
    expect((await post('/user/avatar', { Phone: FRIEND, Preview: true, CommonGID: id })).status).toBe(200)
    await friend().update({ privacy: { profile: 'all' } })
    expect((await post('/user/avatar', { Phone: 'x', Preview: true })).status).toBe(400)
  })
})

describe('business profile', () => {
  test('in the documented form', async () => {
    const { body } = await post('/user/business/profile', { phone: SHOP })
    expect(body).toEqual(
      inEnvelope({
        jid: jidOf(SHOP),
        email: 'shop@example.com',
        address: '1 High Street',
        categories: [{ id: '1', name: 'Retail' }],
        profile_options: { cart_enabled: 'true', website: 'https://shop.example', about: 'Everything' },
        business_hours_timezone: 'Europe/Berlin',
        business_hours: [
          { day_of_week: 'MONDAY', mode: 'OPEN', open_time: '09:00', close_time: '18:00' },
          { day_of_week: 'SUNDAY', mode: 'OPEN_24H', open_time: '', close_time: '' },
        ],
      }),
    )
  })

  test('not of a person, and not of nothing', async () => {
    expect((await post('/user/business/profile', { phone: FRIEND })).status).toBe(404)
    const missing = await post('/user/business/profile', {})
    expect(missing.body).toEqual({ error: 'missing phone number in payload' })
  })
})

describe('contacts', () => {
  const listed = async (): Promise<Record<string, { FullName: string; LID: string }>> =>
    at((await call('GET', '/user/contacts')).body, 'data') as never

  test('are listed with their LIDs', async () => {
    expect((await listed())[jidOf(FRIEND)]).toMatchObject({ FullName: 'Ada Lovelace', LID: friend().view().lid })
  })

  test('are added, renamed and removed, as the phone shows', async () => {
    const onPhone = () => device.phone.view().contacts.find(({ phone }) => phone === SHOP)
    for (const full_name of ['The Shop', 'The Better Shop']) {
      const { body } = await post('/user/contact/add', { phone: SHOP, full_name })
      expect(body).toEqual(inEnvelope({ success: true, message: 'Contact added successfully', phone: SHOP, full_name }))
      expect(onPhone()?.name).toBe(full_name)
      expect((await listed())[jidOf(SHOP)]).toMatchObject({ FullName: full_name })
    }
    const { body } = await post('/user/contact/remove', { phone: SHOP })
    expect(body).toEqual(inEnvelope({ success: true, message: 'Contact removed successfully', phone: SHOP }))
    expect(onPhone()).toBeUndefined()
    expect(await listed()).not.toHaveProperty([jidOf(SHOP)])
  })

  test('say in the document’s words what is wrong', async () => {
    const add = async (body: object) => (await post('/user/contact/add', body)).body
    expect(await add({ full_name: 'x' })).toEqual({ error: 'phone number cannot be empty' })
    expect(await add({ phone: SHOP, full_name: ' ' })).toEqual({ error: 'full name cannot be empty' })
    expect(await add({ phone: 'x', full_name: 'x' })).toEqual({ error: 'could not parse phone number' })
    expect((await post('/user/contact/remove', {})).body).toEqual({ error: 'phone number cannot be empty' })
    expect((await post('/user/contact/remove', { phone: '1@lid' })).body).toEqual({
      error: 'could not parse phone number',
    })
    expect((await post('/user/contact/add', { phone: SHOP, full_name: 'x' }, idle)).body).toEqual({
      error: 'no session',
    })
  })
})

describe('devices', () => {
  test('of users, with totals', async () => {
    for (const path of ['/device/users', '/device/users/context']) {
      const { body } = await post(path, { jids: [jidOf(OWN), FRIEND, jidOf(NOBODY)] })
      expect(body).toEqual({
        success: true,
        devices: [
          {
            jid: jidOf(OWN),
            devices: [
              { device_id: 0, platform: 'ANDROID' },
              { device_id: device.phone.view().devices[0]?.device, platform: 'CHROME' },
            ],
          },
          { jid: jidOf(FRIEND), devices: [{ device_id: 0, platform: 'UNKNOWN' }] },
          { jid: jidOf(NOBODY), devices: [] },
        ],
        total_users: 3,
        total_devices: 3,
        ...(path.endsWith('context') && { timeout_used: false }),
      })
      expect((await post(path, {})).body).toEqual({ error: 'user JIDs are required' })
      expect((await post(path, { jids: ['x'] })).body).toEqual({ error: 'invalid user JID: x' })
    }
  })

  test('of the own account, and the kind of one of them', async () => {
    const own = device.phone.view().devices[0]?.device
    const { body } = await call('GET', '/device/linked')
    expect(body).toEqual({
      success: true,
      linked_devices: [
        { device_id: 0, platform: 'ANDROID' },
        { device_id: own, platform: 'CHROME', connected: true },
      ],
      count: 2,
    })
    const platform = async (device_id?: number) => post('/device/platform', { device_id })
    expect((await platform(own)).body).toEqual({ success: true, device_id: own, platform: 'CHROME' })
    expect((await platform(77)).status).toBe(404)
    expect((await platform()).body).toEqual({ error: 'device ID is required' })
  })

  test('too late', async () => {
    world.network.faults.set({ kind: 'iq-withhold', phone: OWN, xmlns: 'usync', count: 1 })
    const { status, body } = await post('/device/users/context', { jids: [FRIEND] })
    expect(status).toBe(408)
    expect(body).toEqual({ error: 'request timeout while retrieving devices' })
    world.network.faults.clear()
  }, 30_000)
})
