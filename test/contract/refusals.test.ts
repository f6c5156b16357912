import { afterAll, beforeAll, expect, test } from 'vitest'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

// Clients compare the sentences of errors, so those that the document shows are answered to the letter.

const GROUP = '120363312246943103@g.us'
const CHANNEL = '120363025246817665@newsletter'
const PHONE = '5521971532700'
const PERSON = `${PHONE}@s.whatsapp.net`

type Case = [path: string, sentence: string, ...bodies: object[]]

const ID = 'invalid newsletter ID'
const JID = 'invalid JID'
const INVITE = 'phone, newsletter_jid, image, caption and name are required'
const TYPE = 'invalid reject_type, must be: busy, declined, or unavailable'
const CALL = 'call_id and call_from are required'

const cases: Case[] = [
  ['/newsletter/follow', ID, {}, { jid: '' }, { jid: 'abc' }, { jid: GROUP }],
  ['/newsletter/unfollow', ID, {}, { jid: 'abc' }],
  ['/newsletter/info', ID, {}, { jid: 'abc' }],
  ['/newsletter/messages', ID, {}, { jid: 'abc' }],
  ['/newsletter/mute', JID, { mute: true }, { jid: 'abc', mute: true }],
  ['/newsletter/reaction', JID, {}, { jid: 'abc', server_id: 1, reaction: '👍' }],
  ['/newsletter/mark-viewed', JID, {}, { jid: 'abc', server_ids: [1] }],
  ['/newsletter/subscribe-live-updates', JID, {}, { jid: 'abc' }],
  ['/newsletter/message-updates', JID, {}, { jid: 'abc' }],
  ['/newsletter/create', 'name is required', {}, { name: '' }],
  ['/newsletter/send', 'no message content provided', { jid: CHANNEL }, { jid: CHANNEL, message: '' }],
  ['/newsletter/admin-invite', INVITE, {}, { phone: PHONE }],
  [
    '/newsletter/admin-invite',
    INVITE,
    { phone: PHONE, newsletter_jid: CHANNEL, image: '', caption: 'c', name: 'n' },
    { phone: PHONE, newsletter_jid: CHANNEL, image: 'data:,', caption: 'c', name: '' },
  ],
  ['/session/skipcalls/config', TYPE, { enabled: true, reject_type: 'rude' }],
  ['/user/info', "missing phone numbers in payload. Use 'Phone' or 'phone' field", {}, { Phone: '' }, { Phone: [] }],
  ['/chat/delete-chat', 'missing phone in payload', {}, { phone: '' }],
  ['/call/reject/send', CALL, {}, { call_id: 'x' }, { call_id: '', call_from: '' }, { call_from: PERSON }],
  ['/call/reject/send', TYPE, { call_id: 'x', call_from: PERSON, reject_type: 'rude' }],
  [
    '/call/reject/send',
    'invalid call_from JID: invalid format',
    { call_id: 'x', call_from: 'abc', reject_type: 'busy' },
  ],
  ['/community/link', 'invalid parent JID format', { child_jid: GROUP }, { parent_jid: 'abc', child_jid: GROUP }],
  ['/community/unlink', 'invalid parent JID format', {}, { parent_jid: 'abc', child_jid: GROUP }],
  ['/community/linked-groups', 'invalid community JID format', {}, { community_jid: 'abc' }],
  ['/community/sub-groups', 'invalid community JID format', {}, { community_jid: 'abc' }],
  ['/community/requests', 'invalid group JID format', {}, { group_jid: 'abc' }],
  ['/community/requests/update', 'invalid group JID format', {}, { group_jid: 'x' }],
  ['/community/requests/update', "invalid action. Use 'approve' or 'reject'", { group_jid: GROUP, action: 'keep' }],
  [
    '/community/requests/update',
    'participants list is required',
    { group_jid: GROUP, action: 'approve' },
    { group_jid: GROUP, action: 'approve', participants: [] },
  ],
  ['/community/create', 'community name is required', {}, { name: '' }],
  ['/community/create', 'invalid group JID format in initial_groups', { name: 'x', initial_groups: ['abc'] }],
  ['/community/announcement', 'community JID is required', {}, { message: 'x' }, { community_jid: '', message: '' }],
  [
    '/community/announcement',
    'message text is required',
    { community_jid: GROUP },
    { community_jid: GROUP, message: '' },
  ],
  ['/community/announcement', 'invalid community JID format', { community_jid: 'abc', message: 'x' }],
  ['/business/order/send', 'invalid order item format', { phone: PHONE, items: [{ name: 'a' }] }],
]

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
})
afterAll(() => world?.close())

const said = (body: unknown): unknown =>
  typeof body === 'string' ? body : (at(body, 'error') ?? at(body, 'message') ?? at(body, 'data'))

test.each(cases)('%s: %s', async (path, sentence, ...bodies) => {
  for (const body of bodies) {
    const answer = await world.call('POST', path, { headers: device.headers, body })
    expect([answer.status, said(answer.body)], JSON.stringify(body)).toEqual([400, sentence])
  }
})

test.each([
  ['/user/contact/info', 'could not decode payload'],
  ['/user/status', 'could not decode payload'],
  ['/user/update', 'Invalid JSON'],
])('%s with a body that is no JSON: %s', async (path, sentence) => {
  const answer = await world.call('POST', path, { headers: device.headers, body: '{"broken' })
  expect([answer.status, said(answer.body)]).toEqual([400, sentence])
})

test.each(['/newsletter/follow-invite', '/newsletter/unfollow-invite'])(
  '%s of an invitation to nothing',
  async (path) => {
    world.runner.onQuery('newsletter.info', () => {
      throw fail('not_found')
    })
    const answer = await world.call('POST', path, { headers: device.headers, body: { invite_code: 'ABC123XYZ' } })
    expect([answer.status, answer.body]).toEqual([500, 'error getting info'])
  },
)

test('a device without a session is named as the operation’s document does', async () => {
  const fresh = await world.device(await world.tenant())
  const ask = async (path: string, body: object) =>
    (await world.call('POST', path, { headers: fresh.headers, body })).body
  const call = { call_id: 'x', call_from: PERSON, reject_type: 'busy' }
  expect(await ask('/call/reject/send', call)).toEqual({ error: 'client not initialized' })
  const card = { Text: 't', Buttons: [{ Id: 'i', Label: 'l', Type: 'reply' }] }
  const carousel = { Phone: PHONE, Message: 'm', Carousel: [card] }
  expect(await ask('/chat/send/carousel', carousel)).toEqual({ code: 500, error: 'no session', success: false })
  await world.set(fresh, { jid: PERSON, state: 'idle', desired: 'offline' })
  expect(await ask('/call/reject/send', call)).toEqual({ error: 'client not connected' })
})
