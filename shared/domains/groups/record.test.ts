import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { conversationKey } from '#domains/conversations/model.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { renderPayload } from '#domains/deliveries/payloads/render.ts'
import { EVENTS } from '#domains/events.ts'
import { applyToTarget } from '#domains/messages/apply.ts'
import { messageKey, threadTime } from '#domains/messages/model.ts'
import { type Image, toEventRecord } from '#kit/define-event.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import type { GroupChange, GroupNews } from './changes.ts'
import { recordGroupNews } from './record.ts'

const JID = '120363000000000001@g.us'
const deviceId = '0123456789abcdef0123456789abcdef'
const by = { jid: '11@lid', phone: '15552223333', lid: '11', name: 'Ada' }
const bob = { phone: '15554445555', lid: '12' }

let ctx: DomainContext
let place: { tenantId: string; deviceId: string; conversationId: number }

beforeAll(async () => {
  ctx = await domainContext()
  const thread = await makeThreads(makeCounters(ctx.main)).resolve(
    ctx,
    { tenantId: 'org_1', deviceId },
    { group: JID },
    'Before',
  )
  place = { tenantId: 'org_1', deviceId, conversationId: thread.conversationId }
})
afterAll(() => ctx?.close())

let ids = 0
const newsOf = (change: GroupChange): GroupNews => {
  ids += 1
  return { id: `N${ids}`, jid: JID, by, atMs: 1_795_250_089_000, offline: false, change }
}

/** Stores a change and gives the body that a DIGIGO webhook gets for it. */
const delivered = async (change: GroupChange): Promise<Record<string, unknown>> => {
  const news = newsOf(change)
  expect(await recordGroupNews(ctx, place, news, false)).toBe(true)
  const image = (await ctx.main.get<Image>(messageKey(place.tenantId, place.conversationId, `G-${news.id}`))) ?? {}
  const [entry] = JSON.parse(String(image.ev))
  const definition = EVENTS.get(entry.type)
  if (!definition) throw new Error(`no event ${entry.type}`)
  const event = toEventRecord(definition, entry, image)
  const device = { id: deviceId, number: 7, name: 'Shop', jid: '1:3@s.whatsapp.net', lid: '9:3@lid' }
  expect(await renderPayload('ceox', event, { device, publicUrl: '' })).toBeUndefined()
  expect(await renderPayload('manager', event, { device, publicUrl: '' })).toBeUndefined()
  return JSON.parse((await renderPayload('digigo', event, { device, publicUrl: '' })) ?? '{}')
}

test('what somebody said of the id of a change before it came does not keep the change away', async () => {
  const news = newsOf({ kind: 'name', name: 'Renamed', setAt: 1_795_250_089 })
  const at = '2026-11-21T00:00:00.000Z'
  await applyToTarget(ctx, {
    ...place,
    messageId: 'R1',
    direction: 'in',
    kind: 'reaction',
    status: 'received',
    rank: 1,
    chat: JID,
    text: '👍',
    payload: { targetId: `G-${news.id}` },
    isGroup: true,
    source: 'contact',
    at: threadTime(Date.parse(at), 'R1'),
    timestamp: at,
  })
  expect(await recordGroupNews(ctx, place, news, false)).toBe(true)
  expect(await recordGroupNews(ctx, place, news, false)).toBe(false)
})

test('a change is stored once, with nobody’s message unread by it', async () => {
  const news = newsOf({ kind: 'name', name: 'After', setAt: 1_795_250_089 })
  expect(await recordGroupNews(ctx, place, news, false)).toBe(true)
  expect(await recordGroupNews(ctx, place, news, false)).toBe(false)
  expect(await ctx.main.get(conversationKey(place.tenantId, place.conversationId))).toMatchObject({
    name: 'After',
    unreadCount: 0,
  })
})

test('a webhook gets whatsmeow’s GroupInfo, with both addresses of everybody', async () => {
  expect(
    await delivered({ kind: 'add', members: [bob], reason: 'invite', version: '2', previousVersion: '1' }),
  ).toEqual({
    type: 'GroupInfo',
    eventId: expect.stringMatching(/^evt_/),
    userID: deviceId,
    instanceName: 'Shop',
    event: {
      JID,
      Notify: 'Ada',
      Sender: '11@lid',
      SenderPN: '15552223333@s.whatsapp.net',
      Timestamp: '2026-11-21T08:34:49.000Z',
      Join: ['12@lid'],
      JoinReason: 'invite',
      ParticipantVersionID: '2',
      PrevParticipantVersionID: '1',
      Participants: [{ PhoneNumber: '15554445555@s.whatsapp.net', LID: '12@lid' }],
    },
  })
})

test.each<[GroupChange, Record<string, unknown>]>([
  [{ kind: 'remove', members: [bob] }, { Leave: ['12@lid'] }],
  [{ kind: 'promote', members: [{ phone: '1555' }] }, { Promote: ['1555@s.whatsapp.net'] }],
  [{ kind: 'demote', members: [bob] }, { Demote: ['12@lid'] }],
  [{ kind: 'name', name: 'X' }, { Name: { Name: 'X', NameSetBy: '11@lid' } }],
  [{ kind: 'topic', text: '', id: 'T' }, { Topic: { Topic: '', TopicID: 'T', TopicDeleted: true } }],
  [{ kind: 'announce', on: true, version: '9' }, { Announce: { IsAnnounce: true, AnnounceVersionID: '9' } }],
  [{ kind: 'locked', on: false }, { Locked: { IsLocked: false } }],
  [{ kind: 'approval', on: true }, { MembershipApprovalMode: { IsJoinApprovalRequired: true } }],
  [{ kind: 'adminsAddOnly', on: true }, { MemberAddMode: 'admin_add' }],
  [{ kind: 'ephemeral', seconds: 86_400 }, { Ephemeral: { IsEphemeral: true, DisappearingTimer: 86_400 } }],
  [{ kind: 'invite', code: 'C' }, { NewInviteLink: 'https://chat.whatsapp.com/C' }],
  [
    { kind: 'link', relation: 'parent_group', linked: { jid: '5@g.us', name: 'Town' } },
    { Link: { Type: 'parent_group', Group: { JID: '5@g.us', Name: 'Town' } } },
  ],
  [
    { kind: 'unlink', relation: 'sub_group', reason: 'unlink_group', linked: { jid: '5@g.us', name: '' } },
    { Unlink: { Type: 'sub_group', UnlinkReason: 'unlink_group' } },
  ],
  [{ kind: 'delete', reason: 'spam' }, { Delete: { Deleted: true, DeleteReason: 'spam' } }],
  [{ kind: 'request', members: [bob], method: 'invite_link' }, { MembershipRequestsCreated: ['12@lid'] }],
  [{ kind: 'requestEnded', members: [bob] }, { MembershipRequestsRevoked: ['12@lid'] }],
  [{ kind: 'number', members: [bob] }, { UnknownChanges: [{ Tag: 'modify', Participants: ['12@lid'] }] }],
  [{ kind: 'other', tag: 'growth_locked' }, { UnknownChanges: [{ Tag: 'growth_locked' }] }],
])('%j', async (change, event) => {
  expect(await delivered(change)).toMatchObject({ type: 'GroupInfo', event })
})

test('a new group is JoinedGroup, with all that is known of it', async () => {
  const group = {
    jid: JID,
    name: 'Team',
    owner: { phone: by.phone, lid: by.lid },
    addressing: 'lid' as const,
    isAnnounce: false,
    isLocked: true,
    ephemeralSeconds: 0,
    adminsAddOnly: false,
    approvalRequired: false,
    isCommunity: false,
    isAnnouncements: false,
    size: 1,
    members: [{ ...bob, jid: '12@lid', isAdmin: true, isSuperAdmin: false }],
  }
  expect(await delivered({ kind: 'join', group, reason: 'invite', isNew: false })).toMatchObject({
    type: 'JoinedGroup',
    event: {
      Reason: 'invite',
      Type: '',
      JID,
      Name: 'Team',
      IsLocked: true,
      OwnerJID: '15552223333@s.whatsapp.net',
      Sender: '11@lid',
      Participants: [{ JID: '15554445555@s.whatsapp.net', LID: '12@lid', IsAdmin: true }],
    },
  })
})
