import { random } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { notifyJoined } from './group-nodes.ts'
import type { Group, Phone } from './model.ts'
import { persistGroup } from './persist.ts'
import { stanzaId, type World } from './world.ts'

/** What can be done to members. */
export type MemberAction = 'add' | 'remove' | 'promote' | 'demote'

/**
 * Why somebody could not be changed, in the codes that clients know for it: who blocked the actor, who does not let others
 * add them, who is not there, who is there already, and a group that is full.
 */
export type MemberError = 401 | 403 | 404 | 409 | 419

/** Outcome for one member; `error` is the code that clients see. */
export interface MemberResult {
  phone: Phone | undefined
  /** The name under which the member was asked for. */
  asked: string
  error?: MemberError
}

/** Somebody who is to be changed: the name under which, and the account when there is one. */
export interface Asked {
  asked: string
  phone: Phone | undefined
}

/** Members of a group at most, with the one who made it. */
const CAPACITY = 1025

function newGroupId(world: World): string {
  for (;;) {
    const id = `120363${(random(6).readUIntBE(0, 6) % 1_000_000_000_000).toString().padStart(12, '0')}@g.us`
    if (!world.groups.has(id)) return id
  }
}

/** A fresh invitation code. */
export function newInviteCode(): string {
  return random(16).toString('base64url').slice(0, 22)
}

/** The version after a change: WhatsApp's look like microseconds since 1970. */
export function nextVersion(before: string | undefined): string {
  const now = BigInt(Date.now()) * 1000n
  return String(before !== undefined && BigInt(before) >= now ? BigInt(before) + 1n : now)
}

function blankGroup(world: World, creator: Phone, subject: string): Group {
  const now = unixSeconds()
  return {
    id: newGroupId(world),
    subject,
    subjectOwner: creator.phone,
    subjectAt: now,
    creator: creator.phone,
    createdAt: now,
    members: new Map([[creator.phone, { phone: creator.phone, role: 'superadmin' }]]),
    announcement: false,
    locked: false,
    ephemeral: 0,
    memberAddMode: 'all_member_add',
    approval: false,
    inviteCode: newInviteCode(),
    revokedCodes: [],
    capacity: CAPACITY,
    participantVersion: nextVersion(undefined),
    announceVersion: nextVersion(undefined),
    requests: new Map(),
  }
}

/** Creates a group with those who can be added; `key` is the one a client gave to know its own group by. */
export function createGroup(
  world: World,
  creator: Phone,
  subject: string,
  members: Phone[],
  facts: Partial<Group> & { key?: string } = {},
): Group {
  const { key = stanzaId(world), ...more } = facts
  const group: Group = { ...blankGroup(world, creator, subject), ...more }
  for (const { phone } of members) if (!group.members.has(phone)) group.members.set(phone, { phone, role: 'member' })
  world.groups.set(group.id, group)
  persistGroup(world, group)
  const all = [...group.members.keys()].flatMap((number) => world.phones.get(number) ?? [])
  notifyJoined(world, group, creator, all, { type: 'new', key })
  world.hub.emit({ type: 'group', phone: creator.phone, data: { id: group.id, change: 'create' } })
  return group
}

/** True for administrators. */
export function isAdmin(group: Group, phone: Phone): boolean {
  const role = group.members.get(phone.phone)?.role
  return role === 'admin' || role === 'superadmin'
}

/** Whether somebody may write in a group. A community itself is no chat: its announcement group is. */
export function mayWrite(group: Group, phone: Phone): boolean {
  if (group.community || !group.members.has(phone.phone)) return false
  return !group.announcement || isAdmin(group, phone)
}

/** Whether somebody may do that to members: administrators, and for adding everybody unless the group says otherwise. */
export function mayChangeMembers(group: Group, actor: Phone, action: MemberAction): boolean {
  if (!group.members.has(actor.phone)) return false
  return isAdmin(group, actor) || (action === 'add' && group.memberAddMode === 'all_member_add')
}

/** Why somebody does not let another add them to groups, if so. */
export function addRefusal(actor: Phone, phone: Phone): 401 | 403 | undefined {
  if (phone.blocked.has(actor.lid)) return 401
  const { groupadd } = phone.privacy
  return groupadd === 'all' || phone === actor || (groupadd !== 'none' && phone.contacts.has(actor.phone))
    ? undefined
    : 403
}
