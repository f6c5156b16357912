import { randomBytes } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import * as ask from '#domains/groups/ask.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550007001'
const ADA = '15550007002'
const BOB = '15550007003'
const SHY = '15550007004'
const NOBODY = '15550007999'

let world: World
let device: Device

const pn = (phone: string): string => `${phone}@s.whatsapp.net`
const groups = () => world.network.groups

beforeAll(async () => {
  world = await startWorld({ shards: 2 })
  await world.startRunner()
  for (const phone of [ADA, BOB, SHY]) world.network.createPhone(phone, { name: phone })
  await world.network.phone(SHY).update({ privacy: { groupadd: 'none' } })
  device = await world.pair(await world.createDevice(), OWN)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

/** A group that the device made, with Ada and Bob in it. */
const ownGroup = async (name: string): Promise<string> => {
  const { group } = await ask.createGroup(world.port, device, name, [pn(ADA), pn(BOB)])
  return group.jid
}

const code = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'done').catch((error) => error.code)

describe('groups of the device', () => {
  test('a group is made with those who can be added; the others are named with the reason', async () => {
    const asked = [pn(ADA), pn(SHY), pn(NOBODY)]
    const { group, refused } = await ask.createGroup(world.port, device, 'Crew', asked)
    expect(group).toMatchObject({ name: 'Crew', addressing: 'lid', owner: { phone: OWN }, nameSetBy: { phone: OWN } })
    expect(group.members.map(({ phone, isSuperAdmin }) => [phone, isSuperAdmin])).toEqual([
      [OWN, true],
      [ADA, false],
    ])
    expect(refused).toMatchObject([
      { phone: SHY, error: 403, invite: { code: expect.any(String) } },
      { jid: pn(NOBODY), error: 404 },
    ])
    expect(groups().get(group.jid)).toMatchObject({ subject: 'Crew', creator: OWN })
  }, 30_000)

  test('what is set is what WhatsApp has, and what it tells is shown whole', async () => {
    const jid = await ownGroup('Before')
    const set = (change: ask.GroupSetting) => ask.changeGroup(world.port, device, jid, change)
    await set({ kind: 'name', name: 'After' })
    await set({ kind: 'topic', text: 'first' })
    await set({ kind: 'topic', text: 'What it is about' })
    await set({ kind: 'announce', on: true })
    await set({ kind: 'locked', on: true })
    await set({ kind: 'ephemeral', seconds: 604_800 })
    const shown = await ask.getGroup(world.port, device, jid)
    expect(shown).toMatchObject({
      name: 'After',
      nameSetAt: expect.any(Number),
      topic: { id: expect.stringMatching(/^3EB0/), text: 'What it is about', setBy: { phone: OWN } },
      isAnnounce: true,
      isLocked: true,
      ephemeralSeconds: 604_800,
      announceVersion: expect.stringMatching(/^\d{16}$/),
      participantVersion: expect.stringMatching(/^\d{16}$/),
      size: 3,
    })
    expect(shown.members.every(({ phone, lid }) => phone && lid)).toBe(true)
    await set({ kind: 'announce', on: false })
    await set({ kind: 'locked', on: false })
    await set({ kind: 'ephemeral', seconds: 0 })
    await set({ kind: 'topic', text: '' })
    expect(groups().get(jid)).toMatchObject({ announcement: false, locked: false, ephemeral: 0 })
    expect(groups().get(jid).description).toBeUndefined()
    const listed = await ask.listGroups(world.port, device)
    expect(listed.find((group) => group.jid === jid)).toMatchObject({ name: 'After', size: 3 })
    expect((await ask.listGroups(world.port, device, false)).every(({ members }) => members.length === 0)).toBe(true)
  }, 30_000)

  test('a photo is set from the bucket, and taken away', async () => {
    const jid = await ownGroup('Pictured')
    const { emulators } = world
    const Body = randomBytes(200)
    await emulators.s3.send(new PutObjectCommand({ Bucket: emulators.bucket, Key: 'up/photo', Body }))
    const id = await ask.setGroupPhoto(world.port, device, jid, 'up/photo')
    expect(groups().get(jid).pictureId).toBe(id)
    await ask.setGroupPhoto(world.port, device, jid, undefined)
    expect(groups().get(jid).pictureId).toBeUndefined()
  }, 30_000)

  test('members are changed one by one, under the name that the group knows them by', async () => {
    const jid = await ownGroup('Members')
    const change = (action: 'add' | 'remove' | 'promote' | 'demote', ...phones: string[]) =>
      ask.changeMembers(world.port, device, jid, action, phones.map(pn))
    expect(await change('promote', ADA)).toMatchObject({ done: [{ phone: ADA }], refused: [] })
    expect(groups().get(jid).participants).toContainEqual({ phone: ADA, role: 'admin' })
    await change('demote', ADA)
    expect(await change('remove', BOB)).toMatchObject({ done: [{ phone: BOB }] })
    expect(await change('add', BOB, ADA, SHY, NOBODY)).toMatchObject({
      done: [{ phone: BOB }],
      refused: [{ phone: ADA, error: 409 }, { phone: SHY, error: 403 }, { error: 404 }],
    })
    expect(await change('remove', SHY)).toMatchObject({ done: [], refused: [{ error: 404 }] })
    const { lid } = world.network.phone(BOB).view()
    const byLid = (action: 'add' | 'remove') => ask.changeMembers(world.port, device, jid, action, [lid])
    expect(await byLid('remove')).toMatchObject({ done: [{ phone: BOB }] })
    expect(await byLid('add')).toMatchObject({ done: [{ phone: BOB }] })
  }, 30_000)

  test('an invitation is given, taken back and followed; a full or guarded group says so', async () => {
    const jid = await ownGroup('Open')
    const first = await ask.inviteCode(world.port, device, jid, false)
    const second = await ask.inviteCode(world.port, device, jid, true)
    expect(second).not.toBe(first)
    expect(second).toBe(groups().get(jid).inviteCode)
    const theirs = groups().create(ADA, 'Theirs', [BOB])
    expect(await ask.groupOfInvite(world.port, device, theirs.inviteCode)).toMatchObject({ name: 'Theirs', size: 2 })
    expect(await ask.joinGroup(world.port, device, theirs.inviteCode)).toEqual({ jid: theirs.id, pending: false })
    expect(groups().get(theirs.id).participants).toContainEqual({ phone: OWN, role: 'member' })
    expect(await code(ask.joinGroup(world.port, device, theirs.inviteCode))).toBe('conflict')
    const revoked = groups().resetInvite(ADA, theirs.id) && theirs.inviteCode
    expect(await code(ask.joinGroup(world.port, device, revoked))).toBe('invite_invalid')
    expect(await code(ask.groupOfInvite(world.port, device, 'neverheardofthiscode22'))).toBe('invite_invalid')
    const full = groups().create(ADA, 'Full', [BOB])
    groups().update(ADA, full.id, { capacity: 2 })
    expect(await code(ask.joinGroup(world.port, device, full.inviteCode))).toBe('group_full')
    const guarded = groups().create(ADA, 'Guarded', [])
    groups().update(ADA, guarded.id, { approval: true })
    expect(await ask.joinGroup(world.port, device, guarded.inviteCode)).toEqual({ jid: guarded.id, pending: true })
    expect(groups().get(guarded.id)).toMatchObject({ requests: [OWN], participants: [{ phone: ADA }] })
  }, 30_000)

  test('who asks to join is listed and let in or turned down', async () => {
    const jid = await ownGroup('Door')
    groups().update(OWN, jid, { approval: true })
    groups().change(OWN, jid, 'remove', [BOB])
    const { inviteCode } = groups().get(jid)
    for (const phone of [BOB, SHY]) groups().join(phone, inviteCode)
    const asked = await ask.listJoinRequests(world.port, device, jid)
    expect(asked).toMatchObject([{ phone: BOB, askedAt: expect.any(Number) }, { phone: SHY }])
    const decide = (action: 'approve' | 'reject', ...phones: string[]) =>
      ask.decideJoinRequests(world.port, device, jid, action, phones.map(pn))
    expect(await decide('approve', BOB, NOBODY)).toMatchObject({ done: [{ phone: BOB }], refused: [{ error: 404 }] })
    expect(await decide('reject', SHY)).toMatchObject({ done: [{ phone: SHY }], refused: [] })
    const now = groups().get(jid)
    expect(now.participants.map(({ phone }) => phone)).toEqual([OWN, ADA, BOB])
    expect(now.requests).toEqual([])
  }, 30_000)

  test('a refusal says what the device is not: administrator, member, or anywhere near a group', async () => {
    const theirs = groups().create(ADA, 'Ruled', [OWN, BOB])
    groups().update(ADA, theirs.id, { locked: true, memberAddMode: 'admin_add' })
    const strangers = groups().create(ADA, 'Elsewhere', [BOB])
    const work = (jid: string): (() => Promise<unknown>)[] => [
      () => ask.changeGroup(world.port, device, jid, { kind: 'name', name: 'Mine' }),
      () => ask.changeGroup(world.port, device, jid, { kind: 'topic', text: 'Mine' }),
      () => ask.changeGroup(world.port, device, jid, { kind: 'announce', on: true }),
      () => ask.changeMembers(world.port, device, jid, 'add', [pn(SHY)]),
      () => ask.inviteCode(world.port, device, jid, false),
      () => ask.setGroupPhoto(world.port, device, jid, undefined),
      () => ask.listJoinRequests(world.port, device, jid),
    ]
    for (const one of work(theirs.id)) expect(await code(one())).toBe('not_group_admin')
    for (const one of work(strangers.id)) expect(await code(one())).toBe('not_group_member')
    for (const one of work('120363999999999999@g.us')) expect(await code(one())).toBe('group_unknown')
    expect(await code(ask.leaveGroup(world.port, device, strangers.id))).toBe('not_group_member')
    expect(await code(ask.leaveGroup(world.port, device, '120363999999999999@g.us'))).toBe('group_unknown')
    expect(groups().get(theirs.id)).toMatchObject({ subject: 'Ruled', announcement: false })
    await ask.leaveGroup(world.port, device, theirs.id)
    expect(
      groups()
        .get(theirs.id)
        .participants.map(({ phone }) => phone),
    ).toEqual([ADA, BOB])
  }, 60_000)
})

describe('communities', () => {
  test('a community is made, groups are linked and taken out, and the announcement group holds their members', async () => {
    const street = await ownGroup('Street')
    const { jid, isCommunity, topic } = await ask.createCommunity(world.port, device, 'Village', 'All of us')
    expect({ isCommunity, text: topic?.text }).toEqual({ isCommunity: true, text: 'All of us' })
    const link = (action: 'link' | 'unlink', ...children: string[]) =>
      ask.linkGroups(world.port, device, { action, parent: jid, children })
    const strangers = groups().create(ADA, 'Not ours', [OWN])
    expect(await link('link', street, strangers.id, '120363999999999999@g.us')).toMatchObject({
      done: [street],
      refused: [{ code: 'not_group_admin' }, { code: 'group_unknown' }],
    })
    const linked = await ask.listLinkedGroups(world.port, device, jid)
    expect(linked).toMatchObject({
      isAdmin: true,
      groups: [
        { name: 'Village', isAnnouncements: true },
        { jid: street, name: 'Street', isAnnouncements: false },
      ],
    })
    expect(groups().get(linked.groups[0]?.jid ?? '').participants).toHaveLength(3)
    expect(await ask.getGroup(world.port, device, street)).toMatchObject({ parent: jid })
    expect((await link('link', street)).refused).toMatchObject([{ code: 'conflict' }])
    expect((await link('unlink', street)).done).toEqual([street])
    expect(groups().get(street).parent).toBeUndefined()
    expect((await link('unlink', street)).refused).toMatchObject([{ code: 'group_unknown' }])
  }, 30_000)

  test('who does not rule a community cannot change it', async () => {
    const theirs = groups().createCommunity(ADA, { subject: 'Theirs' })
    const own = await ownGroup('Wants in')
    const work = { action: 'link' as const, parent: theirs.id, children: [own] }
    expect(await code(ask.linkGroups(world.port, device, work))).toBe('not_group_member')
    const child = groups().create(ADA, 'Child', [OWN])
    groups().link(ADA, theirs.id, child.id)
    expect(await code(ask.linkGroups(world.port, device, work))).toBe('not_group_admin')
    expect((await ask.listLinkedGroups(world.port, device, theirs.id)).isAdmin).toBe(false)
  }, 30_000)
})
