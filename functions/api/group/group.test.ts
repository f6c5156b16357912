import { GetObjectCommand } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command } from '#domains/commands/model.ts'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { ann, bea, knownGroup as group, GROUP_JID as JID, shownGroup as shown } from '#test/harness/groups.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

const CODE = 'HffXhYmzzyJGec61oqMXiz'

type Case = {
  method: string
  path: string
  input: Record<string, unknown>
  /** What the device is asked to do, what it replies, and what the caller gets of that. */
  work: Record<string, unknown> & { type: Command['work']['type'] }
  reply: unknown
  data: unknown
  /** Inputs that are refused, by the field that is named. */
  wrong: [string, Record<string, unknown>][]
}

const notAGroup: [string, Record<string, unknown>][] = [
  ['invalid group JID format', { GroupJID: '5491155554444@s.whatsapp.net' }],
  ['invalid group JID format', { GroupJID: 'nothing' }],
]
const notAGroupQuery: Case['wrong'] = [['invalid group JID format', { groupJID: 'nothing' }]]
const change = (kind: string, more: Record<string, unknown>) => ({
  type: 'groups.change' as const,
  jid: JID,
  change: { kind, ...more },
})

const cases: Case[] = [
  {
    method: 'POST',
    path: '/group/create',
    input: {
      Name: 'My New Group',
      Participants: ['5491112345678', '+54 911 2345 6789', '5491112345678@s.whatsapp.net'],
    },
    work: {
      type: 'groups.create',
      name: 'My New Group',
      participants: ['5491112345678@s.whatsapp.net', '5491123456789@s.whatsapp.net'],
    },
    reply: { group, refused: [] },
    data: shown,
    wrong: [
      ['Name', { Name: ' ' }],
      ['Name', { Name: 'x'.repeat(101) }],
      ['Participants', { Participants: [] }],
      ['Participants.0', { Participants: ['nobody'] }],
      ['Participants.0', { Participants: [JID] }],
    ],
  },
  {
    method: 'GET',
    path: '/group/info',
    input: { groupJID: JID },
    work: { type: 'groups.info', jid: JID },
    reply: group,
    data: shown,
    wrong: notAGroupQuery,
  },
  {
    method: 'GET',
    path: '/group/list',
    input: {},
    work: { type: 'groups.list', withMembers: true },
    reply: [group],
    data: { Groups: [shown] },
    wrong: [],
  },
  {
    method: 'GET',
    path: '/group/invitelink',
    input: { groupJID: JID, reset: 'true' },
    work: { type: 'groups.invite', jid: JID, reset: true },
    reply: { code: CODE },
    data: { InviteLink: `https://chat.whatsapp.com/${CODE}` },
    wrong: [...notAGroupQuery, ['reset', { reset: 'perhaps' }]],
  },
  {
    method: 'POST',
    path: '/group/name',
    input: { GroupJID: JID, Name: 'My New Group Name' },
    work: change('name', { name: 'My New Group Name' }),
    reply: {},
    data: { Details: 'Group Name set successfully' },
    wrong: [...notAGroup, ['Name', { Name: '' }], ['Name', { Name: 'x'.repeat(101) }]],
  },
  {
    method: 'POST',
    path: '/group/topic',
    input: { GroupJID: JID, Topic: 'Welcome to our project group!' },
    work: change('topic', { text: 'Welcome to our project group!' }),
    reply: {},
    data: { Details: 'Group Topic set successfully' },
    wrong: [...notAGroup, ['Topic', { Topic: 'x'.repeat(2049) }], ['Topic', { Topic: 7 }]],
  },
  {
    method: 'POST',
    path: '/group/announce',
    input: { GroupJID: JID, Announce: true },
    work: change('announce', { on: true }),
    reply: {},
    data: { Details: 'Group Announce mode set successfully' },
    wrong: [...notAGroup, ['Announce', { Announce: 'yes' }]],
  },
  {
    method: 'POST',
    path: '/group/locked',
    input: { GroupJID: JID, Locked: false },
    work: change('locked', { on: false }),
    reply: {},
    data: { Details: 'Group locked setting updated successfully' },
    wrong: [...notAGroup, ['Locked', { Locked: 1 }]],
  },
  ...(['24h', '7d', '90d', 'off'] as const).map(
    (Duration, index): Case => ({
      method: 'POST',
      path: '/group/ephemeral',
      input: { GroupJID: JID, Duration },
      work: change('ephemeral', { seconds: [86_400, 604_800, 7_776_000, 0][index] }),
      reply: {},
      data: { Details: 'Disappearing timer set successfully' },
      wrong: [...notAGroup, ['Duration', { Duration: '1h' }]],
    }),
  ),
  {
    method: 'POST',
    path: '/group/photo/remove',
    input: { GroupJID: JID },
    work: { type: 'groups.photo', jid: JID },
    reply: {},
    data: { Details: 'Group photo removed successfully' },
    wrong: notAGroup,
  },
  {
    method: 'POST',
    path: '/group/leave',
    input: { GroupJID: JID },
    work: { type: 'groups.leave', jid: JID },
    reply: {},
    data: { Details: 'Left group successfully' },
    wrong: notAGroup,
  },
  {
    method: 'POST',
    path: '/group/join',
    input: { Code: `https://chat.whatsapp.com/${CODE}?mode=x` },
    work: { type: 'groups.join', code: CODE },
    reply: { jid: JID, pending: false },
    data: { Details: 'Joined group successfully', GroupJID: JID },
    wrong: [
      ['Code', { Code: '' }],
      ['Code', { Code: 'no code' }],
    ],
  },
  {
    method: 'POST',
    path: '/group/inviteinfo',
    input: { Code: CODE },
    work: { type: 'groups.invite-info', code: CODE },
    reply: group,
    data: { InviteInfo: { GroupName: 'Super Group', GroupJID: JID, ...shown } },
    wrong: [['Code', { Code: '' }]],
  },
  {
    method: 'POST',
    path: '/group/updateparticipants',
    input: { GroupJID: JID, Action: 'add', Phone: ['5491155553333', '5491155554444@s.whatsapp.net'] },
    work: {
      type: 'groups.members',
      jid: JID,
      action: 'add',
      participants: ['5491155553333@s.whatsapp.net', '5491155554444@s.whatsapp.net'],
    },
    reply: {
      done: [
        { ...bea, jid: '12@lid' },
        { ...ann, jid: '11@lid' },
      ],
      refused: [],
    },
    data: {
      Details: 'Added to the group',
      Participants: [
        { JID: '5491155553333@s.whatsapp.net', PhoneNumber: '5491155553333@s.whatsapp.net', LID: '12@lid' },
        { JID: '5491155554444@s.whatsapp.net', PhoneNumber: '5491155554444@s.whatsapp.net', LID: '11@lid' },
      ],
    },
    wrong: [...notAGroup, ['Action', { Action: 'ban' }], ['Phone', { Phone: [] }], ['Phone.0', { Phone: ['?'] }]],
  },
]

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
})
afterAll(() => world?.close())

const send = (
  { method, path }: Pick<Case, 'method' | 'path'>,
  input: Record<string, unknown>,
  headers: Record<string, string> = device.headers,
): Promise<Invoked> =>
  world.call(
    method,
    path,
    method === 'GET' ? { headers, query: input as Record<string, string> } : { headers, body: input },
  )

const lastCommand = (): Command | undefined => world.runner.commands.at(-1)

describe.each(cases)('$method $path', (one) => {
  test('does what it says on the device of the token, and answers as documented', async () => {
    world.runner.onQuery(one.work.type, () => one.reply)
    const answer = await send(one, one.input)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toEqual({ code: 200, data: one.data, success: true })
    expect(lastCommand()).toMatchObject({ deviceId: device.id, work: one.work })
  })

  test('reaches only the device whose token it has, and none without a token', async () => {
    const other = await world.onlineDevice(await world.tenant())
    world.runner.onQuery(one.work.type, () => one.reply)
    expect((await send(one, one.input, other.headers)).status).toBe(200)
    expect(lastCommand()?.deviceId).toBe(other.id)
    const before = world.runner.commands.length
    const refused = await send(one, one.input, {})
    expect([refused.status, refused.body]).toEqual([401, { error: 'unauthorized' }])
    expect(world.runner.commands.length).toBe(before)
  })

  test('names what is wrong with its input, and asks nobody', async () => {
    const before = world.runner.commands.length
    for (const [words, change] of one.wrong) {
      const answer = await send(one, { ...one.input, ...change })
      expect(answer.status, answer.text).toBe(400)
      expect(answer.body).toMatchObject({ code: 400, success: false, error: expect.stringContaining(words) })
    }
    expect(world.runner.commands.length).toBe(before)
  })

  test.each([
    ['not_group_admin', 403],
    ['not_group_member', 403],
    ['group_unknown', 404],
    ['rate_limited', 429],
    ['device_not_connected', 502],
    ['upstream_error', 502],
  ] as const)('answers %s with %i', async (code, status) => {
    world.runner.onQuery(one.work.type, () => {
      throw fail(code)
    })
    const answer = await send(one, one.input)
    expect(answer.status, answer.text).toBe(status)
    expect(answer.body).toEqual({ code: status, success: false, error: fail(code).message })
  })

  test('says that there is no session on a device that is not logged in', async () => {
    const fresh = await world.device(await world.tenant())
    const answer = await send(one, one.input, fresh.headers)
    expect([answer.status, answer.body]).toEqual([500, { error: 'no session' }])
  })
})

test('participants are left out of the list when they are not wanted', async () => {
  world.runner.onQuery('groups.list', () => [{ ...group, members: [] }])
  const { body } = await send({ method: 'GET', path: '/group/list' }, { ignoreParticipants: 'true' })
  const { Participants: _left, ...bare } = shown
  expect(at(body, 'data.Groups.0')).toEqual(bare)
  expect(lastCommand()?.work).toMatchObject({ withMembers: false })
})

test('a photo is cut to the form WhatsApp wants and lies in the bucket; what is no image is refused', async () => {
  world.runner.onQuery('groups.photo', () => ({ id: '1222332123' }))
  const image = await sharp({ create: { width: 900, height: 700, channels: 3, background: '#123456' } })
    .jpeg()
    .toBuffer()
  const Image = `data:image/jpeg;base64,${image.toString('base64')}`
  const answer = await send({ method: 'POST', path: '/group/photo' }, { GroupJID: JID, Image })
  expect(answer.body).toEqual({
    code: 200,
    success: true,
    data: { Details: 'Group Photo set successfully', PictureID: '1222332123' },
  })
  const work = lastCommand()?.work
  if (work?.type !== 'groups.photo') throw new Error('no photo was asked for')
  const { stores } = world.ctx
  const object = await stores.s3.send(new GetObjectCommand({ Bucket: stores.buckets.media, Key: work.key }))
  const facts = await sharp(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).metadata()
  expect(facts).toMatchObject({ format: 'jpeg', width: 640, height: 640 })
  for (const wrong of ['data:image/jpeg;base64,aGVsbG8gd29ybGQ=', 'not an image', 'http://127.0.0.1:1/none.jpg']) {
    const refused = await send({ method: 'POST', path: '/group/photo' }, { GroupJID: JID, Image: wrong })
    expect(refused.status, refused.text).toBe(400)
  }
})

test('a group that has to let the device in first is told with 202: the device is not in it', async () => {
  world.runner.onQuery('groups.join', () => ({ jid: JID, pending: true }))
  const answer = await send({ method: 'POST', path: '/group/join' }, { Code: CODE })
  expect(answer.status).toBe(202)
  expect(at(answer.body, 'data')).toEqual({ Details: expect.stringContaining('approve'), GroupJID: JID })
})

test.each([
  ['invite_invalid', 404],
  ['group_full', 409],
  ['conflict', 409],
] as const)('an invitation that leads nowhere is told: %s, %i', async (code, status) => {
  world.runner.onQuery('groups.join', () => {
    throw fail(code)
  })
  expect((await send({ method: 'POST', path: '/group/join' }, { Code: CODE })).status).toBe(status)
})

describe('participants', () => {
  const refused = (error: number, who = bea) => ({ ...who, jid: `${who.lid}@lid`, error })
  const update = (Action: string, reply: unknown): Promise<Invoked> => {
    world.runner.onQuery('groups.members', () => reply)
    const Phone = ['5491155553333', '5491155554444']
    return send({ method: 'POST', path: '/group/updateparticipants' }, { GroupJID: JID, Action, Phone })
  }

  test('each has an outcome: who could not be added is named with reason and invitation', async () => {
    const invite = { code: 'INV', expiresAt: 1_650_572_125 }
    const answer = await update('add', { done: [{ ...ann, jid: '11@lid' }], refused: [{ ...refused(403), invite }] })
    expect(at(answer.body, 'data')).toMatchObject({
      Details: 'Added 1 of 2 to the group',
      Participants: [{ JID: '5491155554444@s.whatsapp.net' }],
      Refused: [
        {
          JID: '5491155553333@s.whatsapp.net',
          LID: '12@lid',
          Error: 403,
          Reason: expect.stringContaining('invited'),
          AddRequest: { Code: 'INV', Expiration: '2022-04-21T20:15:25.000Z' },
        },
      ],
    })
  })

  test.each([
    ['remove', 'Removed from the group'],
    ['promote', 'Promoted in the group'],
    ['demote', 'Demoted in the group'],
  ])('%s is told in words', async (action, words) => {
    const answer = await update(action, { done: [{ ...ann, jid: '11@lid' }], refused: [] })
    expect(at(answer.body, 'data.Details')).toBe(words)
  })

  test.each([
    ['add', 403, 403],
    ['add', 401, 403],
    ['add', 404, 400],
    ['add', 408, 403],
    ['add', 409, 409],
    ['add', 419, 409],
    ['remove', 404, 422],
    ['remove', 403, 403],
  ])('%s that worked for nobody (%i) is no success: %i', async (action, code, status) => {
    const answer = await update(action, { done: [], refused: [refused(code)] })
    expect(answer.status, answer.text).toBe(status)
    expect(answer.body).toMatchObject({ success: false, details: { Refused: [{ Error: code }] } })
  })
})
