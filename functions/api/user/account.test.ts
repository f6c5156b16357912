import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lidMappingItem } from '#domains/contacts/lids.ts'
import { changeDevice, findDevice } from '#domains/devices/repo.ts'
import type { ApiDevice, TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type LiveWorld, liveWorld } from '#test/harness/live-world.ts'
import { waitFor } from '#test/harness/wait.ts'

const OWN = '15550008001'
const FRIEND = '15550008002'
const OTHER = '15550008003'
const NOBODY = '15559990000'
const jidOf = (phone: string): string => `${phone}@s.whatsapp.net`

let world: LiveWorld
let tenant: TestTenant
let device: Awaited<ReturnType<LiveWorld['linkedDevice']>>
let idle: ApiDevice
let files: Server
let fileUrl: string

const own = () => device.phone.view()
const friend = () => world.network.phone(FRIEND)

const imageOf = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: 'teal' } })

beforeAll(async () => {
  world = await liveWorld()
  tenant = await world.tenant()
  world.network.createPhone(FRIEND, { name: 'Ada' })
  world.network.createPhone(OTHER)
  const jpeg = await imageOf(1000).jpeg().toBuffer()
  files = createServer((request, response) => {
    if (request.url === '/photo.jpg') response.setHeader('content-type', 'image/jpeg').end(jpeg)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
  fileUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
  ;[device, idle] = await Promise.all([world.linkedDevice(tenant, OWN), world.device(tenant)])
}, 90_000)
afterAll(async () => {
  files?.close()
  await world?.close()
}, 60_000)

type By = { headers: { token: string } }
const call = (method: string, path: string, body?: unknown, by: By = device) =>
  world.call(method, path, { headers: by.headers, body })
const post = (path: string, body?: unknown, by?: By): Promise<Invoked> => call('POST', path, body, by)
const get = (path: string, query?: Record<string, string>, by: By = device) =>
  world.call('GET', path, { headers: by.headers, query })
const inEnvelope = (data: unknown) => ({ code: 200, success: true, data })

test.each([
  ['GET', '/user/status', undefined],
  ['POST', '/user/status', { status: 'x' }],
  ['POST', '/user/pushname', { push_name: 'x' }],
  ['POST', '/user/presence', { type: 'available' }],
  ['GET', '/user/privacy/settings', undefined],
  ['GET', '/privacy/settings', undefined],
  ['POST', '/privacy/settings', { setting: 'last_seen', value: 'all' }],
  ['POST', '/privacy/disappearing-timer', { timer: 'off' }],
  ['GET', '/privacy/blocklist', undefined],
  ['POST', '/privacy/blocklist', { action: 'block', users: [FRIEND] }],
  ['GET', '/privacy/status', undefined],
  ['POST', '/user/lid/get', { phone: FRIEND }],
  ['POST', '/user/lid/from-lid', { lid: '123@lid' }],
  ['GET', '/user/lid/mappings', undefined],
])('%s %s without a session', async (method, path, body) => {
  const { status, body: answer } = await call(method, path, body, idle)
  expect(status).toBe(500)
  expect(answer).toEqual({ error: 'no session' })
})

test('photos without a session, in their own form', async () => {
  const noSession = { code: 500, data: 'no session', success: false }
  const Image = `data:image/jpeg;base64,${(await imageOf(4).jpeg().toBuffer()).toString('base64')}`
  expect((await post('/user/photo', { Image }, idle)).body).toEqual(noSession)
  expect((await post('/user/photo/remove', undefined, idle)).body).toEqual(noSession)
})

describe('the account', () => {
  test('has another name, which the phone and the session know', async () => {
    expect((await post('/user/pushname', { push_name: ' New Name ' })).body).toEqual(
      inEnvelope({ success: true, message: 'Push name updated successfully', push_name: 'New Name' }),
    )
    expect(own().name).toBe('New Name')
    await waitFor('the device to know', async () => (await findDevice(world.ctx, device.id))?.pushName === 'New Name')
    for (const body of [{}, { push_name: '  ' }]) {
      expect((await post('/user/pushname', body)).body).toEqual({ error: 'push name cannot be empty' })
    }
  })

  test('has another about text; WhatsApp takes 139 characters', async () => {
    expect((await post('/user/status', { status: 'Working from home 🏠' })).body).toEqual(
      inEnvelope({ success: true, message: 'Status updated successfully', status: 'Working from home 🏠' }),
    )
    expect(own().about).toBe('Working from home 🏠')
    expect((await get('/user/status')).body).toEqual(inEnvelope({ status: 'Working from home 🏠' }))
    const long = await post('/user/status', { status: 'x'.repeat(140) })
    expect(long.status).toBe(400)
    expect(long.body).toEqual({ error: 'status: has at most 139 characters' })
    expect((await post('/user/status', { status: 5 })).status).toBe(400)
  })

  test('is shown as away and as available', async () => {
    for (const type of ['unavailable', 'available']) {
      expect((await post('/user/presence', { type })).body).toEqual(inEnvelope({ Details: 'Presence set successfuly' }))
      await waitFor('the network to see it', () => own().devices[0]?.available === (type === 'available'))
    }
    for (const body of [{}, { type: 'away' }]) {
      expect((await post('/user/presence', body)).body).toEqual({
        code: 400,
        success: false,
        error: "Invalid presence type. Allowed values: 'available', 'unavailable'",
      })
    }
  })

  test('gets a photo by data URL and by URL, cut to what WhatsApp takes, and loses it', async () => {
    const jpeg = (await imageOf(700).jpeg().toBuffer()).toString('base64')
    for (const Image of [`data:image/jpeg;base64,${jpeg}`, `${fileUrl}/photo.jpg`]) {
      const before = own().pictureId
      const { body, text } = await post('/user/photo', { Image })
      expect(body, text).toEqual(inEnvelope({ Details: 'Profile photo set successfully', PictureID: own().pictureId }))
      expect(own().pictureId).not.toBe(before)
    }
    const avatar = await post('/user/avatar', { Phone: OWN, Preview: false })
    const file = await fetch(String(at(avatar.body, 'data.url')))
    expect(await sharp(Buffer.from(await file.arrayBuffer())).metadata()).toMatchObject({ width: 640, height: 640 })
    const shown = async () => at((await get('/session/status')).body, 'data.avatar_url')
    expect(await shown()).toContain(`id=${own().pictureId}`)
    expect((await post('/user/photo/remove')).body).toEqual(
      inEnvelope({ Details: 'Profile photo removed successfully' }),
    )
    expect(own().pictureId).toBeUndefined()
    expect(await shown()).toBe('')
  })

  test('says in the document’s words what is wrong with a photo', async () => {
    const png = (await imageOf(4).png().toBuffer()).toString('base64')
    const refused = (data: string) => ({ code: 400, data, success: false })
    const wrong = async (Image?: string) => (await post('/user/photo', { Image })).body
    expect(await wrong()).toEqual(refused('missing Image in Payload'))
    expect(await wrong('photo.jpg')).toEqual(
      refused('Image must be a base64 data URL ("data:image/jpeg;base64,...") or an HTTP/HTTPS URL'),
    )
    expect(await wrong('data:image/jpeg;base64,*')).toEqual(
      refused('could not decode base64 encoded data from payload'),
    )
    expect(await wrong(`data:image/jpeg;base64,${png}`)).toEqual(
      refused('image must be in JPEG format. WhatsApp only accepts JPEG images for profile photos'),
    )
    expect(await wrong(`${fileUrl}/nothing`)).toEqual(
      refused('could not download image from URL: HTTP error 404 when downloading from URL'),
    )
    world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'w:profile:picture', code: 406, count: 1 })
    expect((await post('/user/photo', { Image: `${fileUrl}/photo.jpg` })).body).toMatchObject({
      code: 500,
      data: expect.stringMatching(/^failed to set profile photo: /),
    })
    world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'w:profile:picture', code: 500, count: 1 })
    expect((await post('/user/photo/remove')).body).toMatchObject({
      code: 500,
      data: expect.stringMatching(/^failed to remove profile photo: /),
    })
  })
})

describe('privacy', () => {
  const settings = async () => at((await get('/user/privacy/settings')).body, 'data')

  test('settings change, and the phone shows them', async () => {
    const wanted = [
      ['group_add', 'contacts', 'groupadd'],
      ['last_seen', 'contact_blacklist', 'last'],
      ['status', 'none', 'status'],
      ['profile', 'contacts', 'profile'],
      ['read_receipts', 'none', 'readreceipts'],
      ['online', 'match_last_seen', 'online'],
      ['call_add', 'known', 'calladd'],
    ] as const
    for (const [setting, value, category] of wanted) {
      expect((await post('/privacy/settings', { setting, value })).body).toEqual({
        success: true,
        message: `Privacy setting ${setting} updated to ${value}`,
        setting,
        value,
      })
      expect(own().privacy[category]).toBe(value)
    }
    const expected = Object.fromEntries(wanted)
    expect(await settings()).toEqual(expected)
    expect((await get('/privacy/settings')).body).toEqual({ success: true, privacy_settings: expected })
    expect((await get('/privacy/status')).body).toEqual({
      success: true,
      status_privacy: 'none',
      description: 'Status privacy setting (all, contacts, contact_blacklist, or none)',
      posts: { audience: 'contacts', users: [] },
    })
    await post('/privacy/settings', { setting: 'read_receipts', value: 'all' })
  })

  test('settings that are none, in the document’s words', async () => {
    const wrong = async (body: object) => (await post('/privacy/settings', body)).body
    expect(await wrong({ setting: 'last_seen' })).toEqual({ error: 'missing setting or value in payload' })
    expect(await wrong({ setting: 'shoe_size', value: 'all' })).toEqual({ error: 'invalid setting type' })
    expect(await wrong({ setting: 'last_seen', value: 'some' })).toEqual({ error: 'invalid privacy value' })
    // A value of the document that WhatsApp does not take for this setting.
    expect(await wrong({ setting: 'online', value: 'contacts' })).toEqual({ error: 'invalid privacy value' })
    expect(own().privacy.online).toBe('match_last_seen')
  })

  test('new chats get a timer', async () => {
    for (const [timer, seconds] of [
      ['24h', 86_400],
      ['7d', 604_800],
      ['90d', 7_776_000],
      ['off', 0],
    ] as const) {
      expect((await post('/privacy/disappearing-timer', { timer })).body).toEqual({
        success: true,
        message: `Default disappearing timer set to ${timer}`,
        timer,
      })
      expect(own().disappearing).toBe(seconds)
    }
    const wrong = async (body: object) => (await post('/privacy/disappearing-timer', body)).body
    expect(await wrong({})).toEqual({ error: 'missing timer in payload' })
    expect(await wrong({ timer: '1h' })).toEqual({ error: 'invalid timer value. Use: 24h, 7d, 90d, or off' })
  })

  test('people are blocked and unblocked, by number and LID', async () => {
    const { lid } = friend().view()
    const users = [FRIEND, jidOf(OTHER)]
    expect((await post('/privacy/blocklist', { action: 'block', users })).body).toEqual({
      success: true,
      message: 'Successfully blocked 2 contact(s)',
      action: 'block',
      users,
    })
    expect(own().blocked).toHaveLength(2)
    const { body } = await get('/privacy/blocklist')
    expect(body).toEqual({ success: true, blocked_contacts: expect.any(Array), count: 2 })
    expect((at(body, 'blocked_contacts') as string[]).sort()).toEqual([jidOf(FRIEND), jidOf(OTHER)])
    expect(at((await post('/privacy/blocklist', { action: 'unblock', users: [lid, OTHER] })).body, 'message')).toBe(
      'Successfully unblocked 2 contact(s)',
    )
    expect((await get('/privacy/blocklist')).body).toEqual({ success: true, blocked_contacts: [], count: 0 })
  })

  test('nobody is blocked by a request that is wrong', async () => {
    const wrong = async (body: object) => (await post('/privacy/blocklist', body)).body
    expect(await wrong({ action: 'block' })).toEqual({ error: 'missing action or users in payload' })
    expect(await wrong({ action: 'bite', users: [FRIEND] })).toEqual({
      error: 'invalid action. Use: block or unblock',
    })
    expect(await wrong({ action: 'block', users: [FRIEND, 'abc'] })).toEqual({ error: 'invalid JID: abc' })
    expect(await wrong({ action: 'block', users: [FRIEND, NOBODY] })).toEqual({
      error: `invalid JID: ${jidOf(NOBODY)}`,
    })
    expect(own().blocked).toEqual([])
    world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'blocklist', code: 500, count: 1 })
    const failed = await get('/privacy/blocklist')
    expect(failed.status).toBe(500)
    expect(failed.body).toEqual({ error: 'failed to get blocklist: internal-server-error' })
  })
})

describe('LIDs', () => {
  const stranger = '15550008010'

  test('of a number is asked of WhatsApp once, and known afterwards in both directions', async () => {
    const { lid } = world.network.createPhone(stranger).view()
    const known = (message: string) => ({
      success: true,
      phone: jidOf(stranger),
      lid,
      created_at: expect.any(Number),
      message,
    })
    expect((await get('/user/lid/get', { phone: jidOf(stranger) })).body).toEqual(known('LID retrieved successfully'))
    const found = await post('/user/lid/get', { phone: stranger })
    expect(found.body).toEqual({ ...known('LID retrieved successfully'), phone: stranger })
    expect(Math.abs(Number(at(found.body, 'created_at')) - Date.now() / 1000)).toBeLessThan(600)
    const back = known('Phone/JID retrieved successfully')
    expect((await get('/user/lid/from-lid', { lid })).body).toEqual(back)
    expect((await post('/user/lid/from-lid', { lid: `2:${lid}` })).body).toEqual({ ...back, lid: `2:${lid}` })
  })

  test('are answered while the connection is down', async () => {
    await changeDevice(world.ctx, device.id, { set: { state: 'waiting' } })
    expect((await get('/user/lid/get', { phone: stranger })).status).toBe(200)
    await changeDevice(world.ctx, device.id, { set: { state: 'online' } })
  })

  test('that nobody has are not found; what is none is refused', async () => {
    expect((await get('/user/lid/get', { phone: NOBODY })).status).toBe(404)
    expect((await get('/user/lid/from-lid', { lid: '99999@lid' })).body).toEqual({
      error: 'could not resolve LID to phone number. The LID mapping may not be cached locally',
    })
    const phone = { error: 'invalid phone/JID format' }
    expect((await get('/user/lid/get', { phone: 'abc' })).body).toEqual(phone)
    expect((await get('/user/lid/get')).body).toEqual(phone)
    expect((await post('/user/lid/get', { phone: '120363321748594524@g.us' })).body).toEqual(phone)
    const wrong = { error: 'invalid LID format' }
    expect((await get('/user/lid/from-lid', { lid: stranger })).body).toEqual(wrong)
    expect((await post('/user/lid/from-lid', {})).body).toEqual(wrong)
  })

  test('are listed in pages, oldest first, with their look-ups', async () => {
    const other = await world.device(tenant)
    await changeDevice(world.ctx, other.id, { set: { jid: '15550008020:1@s.whatsapp.net', state: 'online' } })
    const learnt = Array.from({ length: 130 }, (_, at) => ({
      phone: `1555000${9999 - at}`,
      lid: `1000000000${String(at).padStart(5, '0')}`,
      learntAt: new Date(1_700_000_000_000 + at * 1000).toISOString(),
    }))
    for (const mapping of learnt) {
      await world.ctx.main.put(lidMappingItem({ id: other.id, tenantId: tenant.tenantId }, mapping))
    }
    const page = async (query: Record<string, string>) => (await get('/user/lid/mappings', query, other)).body
    const first = await page({})
    expect(first).toMatchObject({ success: true, total: 130, limit: 100, offset: 0 })
    expect(at(first, 'message')).toBe('LID mappings retrieved successfully')
    const rest = await page({ limit: '50', offset: '100' })
    const lids = [first, rest].flatMap((body) => (at(body, 'mappings') as { lid: string }[]).map(({ lid }) => lid))
    expect(lids).toEqual(learnt.map(({ lid }) => `${lid}@lid`))
    await get('/user/lid/get', { phone: learnt[0]?.phone ?? '' }, other)
    await get('/user/lid/from-lid', { lid: `${learnt[0]?.lid}@lid` }, other)
    expect(at(await page({ limit: '1' }), 'mappings')).toEqual([
      {
        id: 100_000_000_000_000,
        phone: jidOf('15550009999'),
        lid: '100000000000000@lid',
        created_at: 1_700_000_000,
        last_used: expect.any(Number),
        usage_count: 2,
      },
    ])
    expect(at(await page({ offset: '500' }), 'mappings')).toEqual([])
    for (const query of [{ limit: '0' }, { limit: '1001' }, { offset: '-1' }, { limit: 'x' }]) {
      expect((await get('/user/lid/mappings', query as never, other)).status).toBe(400)
    }
  })

  test('of the live account are in the list', async () => {
    const { body } = await get('/user/lid/mappings')
    const mappings = at(body, 'mappings') as { phone: string; lid: string }[]
    expect(mappings).toContainEqual(expect.objectContaining({ phone: jidOf(FRIEND), lid: friend().view().lid }))
    expect(at(body, 'total')).toBe(mappings.length)
  })
})
