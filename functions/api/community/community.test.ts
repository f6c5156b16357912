import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '#domains/commands/model.ts'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { aGroup } from '#test/harness/groups.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

const PARENT = '120363025246487852@g.us'
/** As the document writes communities. */
const WRITTEN = '120363025246487852@newsletter'
const CHILD = '120363312246943103@g.us'
const SECOND = '120363417042313103@g.us'

const ann = { phone: '5491155553934', lid: '11', jid: '11@lid' }
const bea = { phone: '5521971532700', lid: '12', jid: '12@lid' }

const linked = {
  isAdmin: true,
  groups: [
    { jid: CHILD, name: 'Announcements', isAnnouncements: true },
    { jid: SECOND, name: 'Street', isAnnouncements: false },
  ],
}

const community = aGroup(PARENT, {
  name: 'My Community',
  isAnnounce: true,
  approvalRequired: true,
  isCommunity: true,
  size: 1,
})

type Case = {
  path: string
  input: Record<string, unknown>
  work: Record<string, unknown> & { type: Command['work']['type'] }
  reply: unknown
  body: unknown
  wrong: [string, Record<string, unknown>][]
}

const link = (action: 'link' | 'unlink'): Case => ({
  path: `/community/${action}`,
  input: { parent_jid: WRITTEN, child_jid: CHILD },
  work: { type: 'communities.link', action, parent: PARENT, children: [CHILD] },
  reply: { done: [CHILD], refused: [] },
  body: {
    success: true,
    message:
      action === 'link' ? 'Group linked to community successfully' : 'Group unlinked from community successfully',
    parent_jid: WRITTEN,
    child_jid: CHILD,
  },
  wrong: [
    ['invalid parent JID format', { parent_jid: 'nothing' }],
    ['invalid child JID format', { child_jid: '5491155553934' }],
    ['invalid parent JID format', { parent_jid: undefined }],
  ],
})

const list = (path: string): Case => ({
  path,
  input: { community_jid: WRITTEN },
  work: { type: 'communities.linked', jid: PARENT },
  reply: linked,
  body: { success: true, community_jid: WRITTEN, linked_groups: [CHILD, SECOND], count: 2 },
  wrong: [
    ['invalid community JID format', { community_jid: '5491155553934@s.whatsapp.net' }],
    ['invalid community JID format', { community_jid: undefined }],
  ],
})

const cases: Case[] = [
  link('link'),
  link('unlink'),
  list('/community/linked-groups'),
  list('/community/sub-groups'),
  {
    path: '/community/requests',
    input: { group_jid: CHILD },
    work: { type: 'groups.requests', jid: CHILD },
    reply: [
      { ...ann, askedAt: 1_640_995_200 },
      { lid: '12', jid: '12@lid', askedAt: 1_640_995_300 },
    ],
    body: {
      success: true,
      group_jid: CHILD,
      requests: [
        { jid: '5491155553934@s.whatsapp.net', request_time: 1_640_995_200, lid: '11@lid' },
        { jid: '12@lid', request_time: 1_640_995_300, lid: '12@lid' },
      ],
      count: 2,
    },
    wrong: [['invalid group JID format', { group_jid: WRITTEN }]],
  },
  {
    path: '/community/requests/update',
    input: { group_jid: CHILD, action: 'approve', participants: ['5491155553934@s.whatsapp.net', '5521971532700'] },
    work: {
      type: 'groups.decide-requests',
      jid: CHILD,
      action: 'approve',
      participants: ['5491155553934@s.whatsapp.net', '5521971532700@s.whatsapp.net'],
    },
    reply: { done: [ann, bea], refused: [] },
    body: {
      success: true,
      message: 'Successfully approved 2 join request(s)',
      group_jid: CHILD,
      action: 'approve',
      processed_count: 2,
      participants: ['5491155553934@s.whatsapp.net', '5521971532700@s.whatsapp.net'],
    },
    wrong: [
      ['invalid group JID format', { group_jid: 'nothing' }],
      ["invalid action. Use 'approve' or 'reject'", { action: 'ban' }],
      ['participants list is required', { participants: [] }],
      ['participants.0', { participants: ['?'] }],
    ],
  },
  {
    path: '/community/create',
    input: { name: 'My Community', description: 'A community for our organization' },
    work: { type: 'communities.create', name: 'My Community', description: 'A community for our organization' },
    reply: community,
    body: {
      success: true,
      message: 'Community created successfully',
      community_jid: PARENT,
      name: 'My Community',
      linked_groups: [],
      linked_count: 0,
    },
    wrong: [
      ['community name is required', { name: '' }],
      ['name', { name: undefined }],
      ['invalid group JID format in initial_groups', { initial_groups: [CHILD, 'nothing'] }],
      ['description', { description: 'x'.repeat(2049) }],
    ],
  },
  {
    path: '/community/announcement',
    input: { community_jid: WRITTEN, message: 'Important community announcement for all members' },
    work: { type: 'communities.linked', jid: PARENT },
    reply: linked,
    body: {
      success: true,
      message: 'Announcement sent successfully',
      community_jid: WRITTEN,
      announcement_text: 'Important community announcement for all members',
      sent_to_groups: 2,
    },
    wrong: [
      ['invalid community JID format', { community_jid: 'nothing' }],
      ['message text is required', { message: '' }],
      ['message', { message: undefined }],
    ],
  },
]

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
})
beforeEach(() => world.runner.onSend(() => 'ack'))
afterAll(() => world?.close())

const send = (
  { path }: Pick<Case, 'path'>,
  body: Record<string, unknown>,
  headers: Record<string, string> = device.headers,
): Promise<Invoked> => world.call('POST', path, { headers, body })

const asked = (type: Command['work']['type']): Command | undefined =>
  world.runner.commands.findLast(({ work }) => work.type === type)

describe.each(cases)('$path', (one) => {
  test('does what it says on the device of the token, and answers as documented', async () => {
    world.runner.onQuery(one.work.type, () => one.reply)
    const answer = await send(one, one.input)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toEqual(one.body)
    expect(asked(one.work.type)).toMatchObject({ deviceId: device.id, work: one.work })
  })

  test('reaches only the device whose token it has, and none without a token', async () => {
    const other = await world.onlineDevice(await world.tenant())
    world.runner.onQuery(one.work.type, () => one.reply)
    expect((await send(one, one.input, other.headers)).status).toBe(200)
    expect(asked(one.work.type)?.deviceId).toBe(other.id)
    const before = world.runner.commands.length
    const refused = await send(one, one.input, {})
    expect([refused.status, refused.body]).toEqual([401, { error: 'unauthorized' }])
    expect(world.runner.commands.length).toBe(before)
  })

  test('says what is wrong with its input in the words of the document, and asks nobody', async () => {
    const before = world.runner.commands.length
    for (const [words, change] of one.wrong) {
      const answer = await send(one, { ...one.input, ...change })
      expect(answer.status, answer.text).toBe(400)
      expect(answer.body).toEqual({ error: expect.stringContaining(words) })
    }
    expect(world.runner.commands.length).toBe(before)
  })

  test.each([
    ['not_group_admin', 403],
    ['not_group_member', 403],
    ['group_unknown', 404],
    ['device_not_connected', 502],
  ] as const)('answers %s with %i', async (code, status) => {
    world.runner.onQuery(one.work.type, () => {
      throw fail(code)
    })
    const answer = await send(one, one.input)
    expect([answer.status, answer.body]).toEqual([status, { error: fail(code).message }])
  })

  test('says that there is no session on a device that is not logged in', async () => {
    const fresh = await world.device(await world.tenant())
    const answer = await send(one, one.input, fresh.headers)
    expect([answer.status, answer.body]).toEqual([500, { error: 'no session' }])
  })
})

test.each([
  ['conflict', 409],
  ['not_group_admin', 403],
  ['group_unknown', 404],
] as const)('a group that cannot be linked is no success: %s, %i', async (code, status) => {
  world.runner.onQuery('communities.link', () => ({ done: [], refused: [{ jid: CHILD, code, message: 'why' }] }))
  const answer = await send({ path: '/community/link' }, { parent_jid: PARENT, child_jid: CHILD })
  expect([answer.status, answer.body]).toEqual([status, { error: 'why' }])
})

describe('a new community', () => {
  const create = (initial_groups: string[]): Promise<Invoked> => {
    world.runner.onQuery('communities.create', () => community)
    return send({ path: '/community/create' }, { name: 'My Community', initial_groups })
  }

  test('has the groups it was made with, each once', async () => {
    world.runner.onQuery('communities.link', () => ({ done: [CHILD, SECOND], refused: [] }))
    const { body } = await create([CHILD, SECOND, CHILD])
    expect(body).toMatchObject({ linked_groups: [CHILD, SECOND], linked_count: 2 })
    expect(asked('communities.link')?.work).toMatchObject({ action: 'link', parent: PARENT, children: [CHILD, SECOND] })
  })

  test('names the groups that could not be linked', async () => {
    const refused = [{ jid: SECOND, code: 'not_group_admin', message: 'no administrator' }]
    world.runner.onQuery('communities.link', () => ({ done: [CHILD], refused }))
    expect((await create([CHILD, SECOND])).body).toMatchObject({
      success: true,
      linked_groups: [CHILD],
      linked_count: 1,
      failed_groups: [{ group_jid: SECOND, error: 'no administrator' }],
    })
  })

  test('is told even when nothing could be linked: it is there', async () => {
    world.runner.onQuery('communities.link', () => {
      throw fail('upstream_error', { message: 'broken' })
    })
    expect((await create([CHILD])).body).toMatchObject({
      community_jid: PARENT,
      linked_count: 0,
      failed_groups: [{ group_jid: CHILD, error: 'broken' }],
    })
  })

  test('that WhatsApp does not make fails in the words of the document', async () => {
    world.runner.onQuery('communities.create', () => {
      throw fail('upstream_error', { message: 'refused with 500' })
    })
    const answer = await send({ path: '/community/create' }, { name: 'My Community' })
    expect([answer.status, answer.body]).toEqual([500, { error: 'failed to create community: refused with 500' }])
  })
})

describe('an announcement', () => {
  const announce = (headers: Record<string, string> = {}): Promise<Invoked> => {
    const body = { community_jid: PARENT, message: 'hear, hear' }
    return world.call('POST', '/community/announcement', { headers: { ...device.headers, ...headers }, body })
  }

  test('goes to every linked group, once under one Idempotency-Key', async () => {
    world.runner.onQuery('communities.linked', () => linked)
    const before = world.runner.sends().length
    const first = await announce({ 'idempotency-key': 'once' })
    const again = await announce({ 'idempotency-key': 'once' })
    expect(first.body).toMatchObject({ sent_to_groups: 2 })
    expect(again.body).toEqual(first.body)
    const sends = world.runner.sends().slice(before)
    expect(sends.map(({ to, content }) => [to, 'text' in content && content.text]).sort()).toEqual([
      [CHILD, 'hear, hear'],
      [SECOND, 'hear, hear'],
    ])
    expect(new Set(sends.map(({ messageId }) => messageId)).size).toBe(2)
  })

  test('counts the groups that got it, and names the others', async () => {
    world.runner.onQuery('communities.linked', () => linked)
    world.runner.onSend(({ to }) => (to === SECOND ? { refuse: 403 } : 'ack'))
    expect((await announce()).body).toMatchObject({
      sent_to_groups: 1,
      failed_groups: [{ group_jid: SECOND, error: expect.stringContaining('403') }],
    })
    world.runner.onSend(() => ({ refuse: 403 }))
    const answer = await announce()
    expect(answer.status).toBe(500)
    expect(at(answer.body, 'error')).toMatch(/^failed to send announcement/)
  })

  test('is for administrators only, in the words of the document', async () => {
    world.runner.onQuery('communities.linked', () => ({ ...linked, isAdmin: false }))
    const before = world.runner.sends().length
    const answer = await announce()
    expect([answer.status, answer.body]).toEqual([403, { error: 'only community admins can send announcements' }])
    expect(world.runner.sends().length).toBe(before)
  })
})

test('who did not ask to join is named; nobody at all is no success', async () => {
  const refused = [{ ...bea, error: 404 }]
  const decide = () =>
    send({ path: '/community/requests/update' }, { group_jid: CHILD, action: 'reject', participants: [bea.phone] })
  world.runner.onQuery('groups.decide-requests', () => ({ done: [ann], refused }))
  expect((await decide()).body).toMatchObject({
    message: 'Successfully rejected 1 join request(s)',
    processed_count: 1,
    failed: [{ jid: '5521971532700@s.whatsapp.net', error: 404, reason: 'The participant did not ask to join.' }],
  })
  world.runner.onQuery('groups.decide-requests', () => ({ done: [], refused }))
  const none = await decide()
  expect([none.status, none.body]).toEqual([404, { error: 'None of them asked to join.' }])
})
