import { PutObjectCommand } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { findLidOfPhone, findPhoneOfLid, listLidMappings } from '#domains/contacts/lids.ts'
import { listDeviceContacts } from '#domains/devices/contacts.ts'
import type { Device } from '#domains/devices/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { deviceContactKey } from './inbound/contacts.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550006001'
const FRIEND = '15550006002'
const SHOP = '15550006003'
const NOBODY = '15559990000'
const jidOf = (phone: string): string => `${phone}@s.whatsapp.net`

let world: World
let device: Device

const own = () => world.network.phone(OWN)
const friend = () => world.network.phone(FRIEND)
const picture = (side: number): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
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
      hours: [{ day: 'mon', mode: 'specific_hours', opens: 540, closes: 1080 }],
      messageLink: { code: 'SHOPLINK', message: 'Hello shop' },
    },
  })
  device = await world.pair(await world.createDevice(), OWN)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

test('numbers are looked up with the certified name of a business', async () => {
  const found = await world.ask(device, { type: 'users.check', phones: [SHOP, FRIEND, NOBODY] })
  expect(found).toEqual([
    { phone: SHOP, exists: true, jid: jidOf(SHOP), lid: expect.stringMatching(/@lid$/), verifiedName: 'Shop Ltd' },
    { phone: FRIEND, exists: true, jid: jidOf(FRIEND), lid: expect.stringMatching(/@lid$/) },
    { phone: NOBODY, exists: false },
  ])
})

test('what is known of people: about text, picture, LID, devices, certified name', async () => {
  await friend().update({ about: 'At work', picture: (await picture(64)).toString('base64') })
  const found = await world.ask(device, { type: 'users.info', jids: [jidOf(FRIEND), jidOf(NOBODY), jidOf(SHOP)] })
  const { lid, pictureId } = friend().view()
  expect(found).toEqual([
    {
      asked: jidOf(FRIEND),
      pn: jidOf(FRIEND),
      lid,
      about: 'At work',
      pictureId,
      isBusiness: false,
      devices: [{ id: 0 }],
    },
    expect.objectContaining({ asked: jidOf(SHOP), verifiedName: 'Shop Ltd', isBusiness: true }),
  ])
  const byLid = await world.ask(device, { type: 'users.info', jids: [lid] })
  expect(byLid).toEqual([expect.objectContaining({ asked: lid, pn: jidOf(FRIEND), lid, about: 'At work' })])
})

test('an about text and a picture that are not shown stay unknown', async () => {
  await friend().update({ privacy: { status: 'none', profile: 'none' } })
  const [found] = (await world.ask(device, { type: 'users.info', jids: [jidOf(FRIEND)] })) as { about: string }[]
  expect(found).toMatchObject({ about: '' })
  expect(found).not.toHaveProperty('pictureId')
  await expect(world.ask(device, { type: 'users.avatar', jid: jidOf(FRIEND), preview: true })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const group = world.network.groups.create(FRIEND, 'Both', [OWN])
  const shown = await world.ask(device, {
    type: 'users.avatar',
    jid: jidOf(FRIEND),
    preview: true,
    commonGroup: group.id,
  })
  expect(shown).toMatchObject({ id: friend().view().pictureId, type: 'preview' })
  await friend().update({ privacy: { status: 'all', profile: 'all' } })
})

test('a picture is named with the address of its file; nobody’s and a missing one are not found', async () => {
  const bytes = await picture(80)
  await friend().update({ picture: bytes.toString('base64') })
  const found = (await world.ask(device, { type: 'users.avatar', jid: jidOf(FRIEND), preview: false })) as {
    url: string
    directPath: string
  }
  expect(found).toMatchObject({ id: friend().view().pictureId, type: 'image' })
  expect(found.url).toContain(found.directPath)
  expect(Buffer.from(await (await fetch(found.url)).arrayBuffer()).equals(bytes)).toBe(true)
  for (const phone of [SHOP, NOBODY]) {
    const asked = world.ask(device, { type: 'users.avatar', jid: jidOf(phone), preview: true })
    await expect(asked).rejects.toMatchObject({ code: 'not_found' })
  }
})

test('devices of people; kinds are named for the own account', async () => {
  const found = await world.ask(device, { type: 'users.devices', jids: [jidOf(OWN), jidOf(FRIEND), jidOf(NOBODY)] })
  const [linked] = own().view().devices
  expect(found).toEqual([
    {
      asked: jidOf(OWN),
      jid: jidOf(OWN),
      exists: true,
      devices: [
        { id: 0, platform: 'ANDROID' },
        { id: linked?.device, platform: 'CHROME', connected: true },
      ],
    },
    { asked: jidOf(FRIEND), jid: jidOf(FRIEND), exists: true, devices: [{ id: 0 }] },
    { asked: jidOf(NOBODY), jid: jidOf(NOBODY), exists: false, devices: [] },
  ])
})

test('a business tells about itself, a person does not', async () => {
  expect(await world.ask(device, { type: 'users.business-profile', jid: jidOf(SHOP) })).toEqual({
    jid: jidOf(SHOP),
    email: 'shop@example.com',
    address: '1 High Street',
    description: 'Everything',
    websites: ['https://shop.example'],
    categories: [{ id: '1', name: 'Retail' }],
    options: { cart_enabled: 'true' },
    timezone: 'Europe/Berlin',
    hours: [{ day: 'mon', mode: 'specific_hours', opens: 540, closes: 1080 }],
  })
  const person = world.ask(device, { type: 'users.business-profile', jid: jidOf(FRIEND) })
  await expect(person).rejects.toMatchObject({ code: 'not_found' })
})

test('message links lead to businesses, and the own contact link is replaced on request', async () => {
  expect(await world.ask(device, { type: 'business.resolve-link', code: 'SHOPLINK' })).toMatchObject({
    jid: jidOf(SHOP),
    name: 'Shop Ltd',
    verified: true,
    message: 'Hello shop',
    profile: { email: 'shop@example.com' },
  })
  const unknown = world.ask(device, { type: 'business.resolve-link', code: 'NOTHERE' })
  await expect(unknown).rejects.toMatchObject({ code: 'upstream_error' })
  const link = async (revoke: boolean): Promise<string> =>
    ((await world.ask(device, { type: 'business.contact-link', revoke })) as { code: string }).code
  const first = await link(false)
  expect(await link(false)).toBe(first)
  const second = await link(true)
  expect(second).not.toBe(first)
  expect(await world.ask(device, { type: 'business.resolve-link', code: second })).toMatchObject({ jid: jidOf(OWN) })
  await expect(world.ask(device, { type: 'business.resolve-link', code: first })).rejects.toThrow()
})

test('bots are listed, and describe themselves', async () => {
  const bots = (await world.ask(device, { type: 'business.bots' })) as { jid: string; name: string }[]
  expect(bots.map(({ name }) => name)).toEqual(['Meta AI', 'Sandbox Tutor'])
  const profiles = await world.ask(device, {
    type: 'business.bot-profiles',
    jids: [bots[0]?.jid ?? '', jidOf(FRIEND)],
  })
  expect(profiles).toEqual([
    {
      jid: bots[0]?.jid,
      name: 'Meta AI',
      description: 'Ask anything',
      category: 'assistant',
      commands: [{ name: '/imagine', description: 'Draws a picture' }],
      prompts: ['🍲 Suggest a dinner'],
    },
  ])
})

test('LIDs that a device learns are kept where the API reads them, and asked for where they are not known', async () => {
  const stranger = world.network.createPhone('15550006010')
  const { lid } = stranger.view()
  expect(await findLidOfPhone(world.ctx, device.id, '15550006010')).toBeUndefined()
  expect(await world.ask(device, { type: 'users.lid', jid: jidOf('15550006010') })).toEqual({
    pn: jidOf('15550006010'),
    lid,
  })
  expect(await findLidOfPhone(world.ctx, device.id, '15550006010')).toMatchObject({ lid: lid.split('@')[0] })
  await waitFor('the index', () => findPhoneOfLid(world.ctx, device.id, lid.split('@')[0] ?? ''))
  expect(await world.ask(device, { type: 'users.lid', jid: lid })).toEqual({ pn: jidOf('15550006010'), lid })
  expect(await world.ask(device, { type: 'users.lid', jid: jidOf(NOBODY) })).toEqual({ pn: jidOf(NOBODY) })
  expect(await world.ask(device, { type: 'users.lid', jid: '99999@lid' })).toEqual({ lid: '99999@lid' })
  const phones = (await listLidMappings(world.ctx, device.id)).map(({ phone }) => phone)
  expect(phones).toEqual(expect.arrayContaining([OWN, FRIEND, '15550006010']))
})

test('contacts are listed with LIDs, also when these were learnt without the contact', async () => {
  const late = world.network.createPhone('15550006011', { name: 'Late' })
  const { id } = await late.send({ to: OWN, text: 'hello' })
  await waitFor('the message', async () =>
    (await world.conversation(device, jidOf('15550006011'))).find((message) => message.messageId === id),
  )
  const contact = await waitFor('the contact', async () =>
    (await listDeviceContacts(world.ctx, device.id)).find(({ phone, pushName }) => phone === '15550006011' && pushName),
  )
  expect(contact).toMatchObject({ jid: jidOf('15550006011'), lid: late.view().lid.split('@')[0], pushName: 'Late' })
  const all = await listDeviceContacts(world.ctx, device.id)
  expect(all.find(({ phone }) => phone === FRIEND)).toMatchObject({
    fullName: 'Ada Lovelace',
    lid: friend().view().lid.split('@')[0],
  })
})

test('a contact is added, renamed and removed, on the phone as in the list', async () => {
  const listed = async () => (await listDeviceContacts(world.ctx, device.id)).find(({ phone }) => phone === SHOP)
  const onPhone = () =>
    own()
      .view()
      .contacts.find(({ phone }) => phone === SHOP)
  for (const fullName of ['The Shop', 'The Better Shop']) {
    await world.ask(device, { type: 'contacts.save', jid: jidOf(SHOP), fullName })
    expect(onPhone()).toEqual({ phone: SHOP, name: fullName })
    expect(await listed()).toMatchObject({
      fullName,
      firstName: 'The',
      lid: world.network.phone(SHOP).view().lid.split('@')[0],
    })
  }
  const item = await world.main.get(deviceContactKey(device.id, jidOf(SHOP)))
  expect(readOutbox(item ?? {})).toMatchObject([{ type: 'address_book.changed', facts: { source: 'api' } }])
  await world.ask(device, { type: 'contacts.remove', jid: jidOf(SHOP) })
  expect(onPhone()).toBeUndefined()
  expect(await listed()).toBeUndefined()
  // Of somebody who wrote, the name they chose stays known.
  await world.ask(device, { type: 'contacts.remove', jid: jidOf('15550006011') })
  const kept = (await listDeviceContacts(world.ctx, device.id)).find(({ phone }) => phone === '15550006011')
  expect(kept).toMatchObject({ pushName: 'Late' })
  expect(kept).not.toHaveProperty('fullName')
})

test('name, about text, picture and presence of the account change, and the phone shows it', async () => {
  await world.ask(device, { type: 'account.set-name', name: 'New Name' })
  expect(own().view().name).toBe('New Name')
  await waitFor('the device to know', async () => (await world.currentDevice(device)).pushName === 'New Name')

  await world.ask(device, { type: 'account.set-about', about: 'Closed on Sundays' })
  expect(own().view().about).toBe('Closed on Sundays')
  expect(await world.ask(device, { type: 'account.about' })).toEqual({ about: 'Closed on Sundays' })
  const long = world.ask(device, { type: 'account.set-about', about: 'x'.repeat(140) })
  await expect(long).rejects.toMatchObject({ code: 'upstream_error', message: 'not-acceptable' })

  const put = async (Key: string, Body: Buffer): Promise<void> => {
    await world.emulators.s3.send(new PutObjectCommand({ Bucket: world.emulators.bucket, Key, Body }))
  }
  await put('up/small', await picture(640))
  await put('up/large', await picture(641))
  const { id } = (await world.ask(device, { type: 'account.set-picture', key: 'up/small' })) as { id: string }
  expect(own().view().pictureId).toBe(id)
  const large = world.ask(device, { type: 'account.set-picture', key: 'up/large' })
  await expect(large).rejects.toMatchObject({ code: 'upstream_error', message: 'not-acceptable' })
  await world.ask(device, { type: 'account.set-picture' })
  expect(own().view().pictureId).toBeUndefined()

  for (const available of [false, true]) {
    await world.ask(device, { type: 'account.presence', available })
    await waitFor('the network to see it', () => own().view().devices[0]?.available === available)
  }
})

test('silence and a broken connection are not taken for success', async () => {
  world.network.faults.set({ kind: 'iq-error', phone: OWN, xmlns: 'status', code: 500, count: 1 })
  const refused = world.ask(device, { type: 'account.set-about', about: 'refused' })
  await expect(refused).rejects.toMatchObject({ code: 'upstream_error' })
  expect(own().view().about).not.toBe('refused')
})

test('privacy settings, the timer of new chats and the block list change, and count', async () => {
  expect(await world.ask(device, { type: 'privacy.settings' })).toMatchObject({ last: 'all', readreceipts: 'all' })
  await world.ask(device, { type: 'privacy.set', category: 'last', value: 'contacts' })
  expect(own().view().privacy.last).toBe('contacts')
  const wrong = world.ask(device, { type: 'privacy.set', category: 'calladd', value: 'contacts' })
  await expect(wrong).rejects.toMatchObject({ code: 'validation_failed' })
  expect(await world.ask(device, { type: 'privacy.settings' })).toMatchObject({ last: 'contacts', calladd: 'all' })

  await world.ask(device, { type: 'privacy.disappearing', seconds: 86_400 })
  expect(own().view().disappearing).toBe(86_400)

  const { lid } = friend().view()
  await world.ask(device, { type: 'privacy.block', jids: [jidOf(FRIEND), jidOf(SHOP)], blocked: true })
  expect(own().view().blocked).toHaveLength(2)
  expect(await world.ask(device, { type: 'privacy.blocklist' })).toContainEqual({ pn: jidOf(FRIEND), lid })
  const { id } = await friend().send({ to: OWN, text: 'let me in' })
  await world.ask(device, { type: 'privacy.block', jids: [lid, jidOf(SHOP)], blocked: false })
  expect(own().view().blocked).toEqual([])
  const after = await friend().send({ to: OWN, text: 'thank you' })
  const texts = await waitFor('the later message', async () => {
    const messages = await world.conversation(device, jidOf(FRIEND))
    return messages.some((message) => message.messageId === after.id) && messages.map(({ messageId }) => messageId)
  })
  expect(texts).not.toContain(id)
})

test('nobody is blocked when one of them is not on WhatsApp', async () => {
  const jids = [jidOf(FRIEND), jidOf(NOBODY)]
  const asked = world.ask(device, { type: 'privacy.block', jids, blocked: true })
  await expect(asked).rejects.toMatchObject({ code: 'not_on_whatsapp', message: `invalid JID: ${jidOf(NOBODY)}` })
  expect(own().view().blocked).toEqual([])
})

test('the audience of status posts is the one the phone chose', async () => {
  expect(await world.ask(device, { type: 'privacy.status-audience' })).toEqual({ audience: 'contacts', jids: [] })
  await own().update({ statusAudience: { type: 'blacklist', phones: [FRIEND] } })
  expect(await world.ask(device, { type: 'privacy.status-audience' })).toMatchObject({ audience: 'blacklist' })
})

test('a login that ended leaves no contacts and no LIDs', async () => {
  const second = await world.pair(await world.createDevice(), '15550006020')
  await waitFor('a LID', async () => (await listLidMappings(world.ctx, second.id)).length > 0)
  await world.ask(second, { type: 'contacts.save', jid: jidOf(FRIEND), fullName: 'Ada' })
  await world.ask(second, { type: 'device.logout' })
  expect(await listLidMappings(world.ctx, second.id)).toEqual([])
  expect(await listDeviceContacts(world.ctx, second.id)).toEqual([])
}, 40_000)
