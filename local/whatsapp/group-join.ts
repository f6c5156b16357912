import { unixSeconds } from './events.ts'
import { notifyGroup, notifyJoined, participantNode } from './group-nodes.ts'
import { nextVersion } from './groups.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Group, Member, Phone } from './model.ts'
import { node } from './nodes.ts'
import { persistGroup } from './persist.ts'
import type { World } from './world.ts'

/** What an invitation code leads to: `revoked` for one that worked once. */
export function findByCode(world: World, code: string): Group | 'revoked' | undefined {
  const groups = [...world.groups.values()]
  const found = groups.find((group) => group.inviteCode === code)
  if (found) return found
  return groups.some((group) => group.revokedCodes.includes(code)) ? 'revoked' : undefined
}

/** Why somebody does not get in by a code, in the codes that clients know: invalid, revoked, there already, full. */
export type JoinError = 406 | 409 | 410 | 419

/** Lets somebody in who has the code; with approval switched on the wish is noted instead (`isRequest`). */
export function joinByCode(
  world: World,
  phone: Phone,
  code: string,
): { group: Group; isRequest: boolean } | { error: JoinError } {
  const group = findByCode(world, code)
  if (!group) return { error: 406 }
  if (group === 'revoked') return { error: 410 }
  if (group.members.has(phone.phone)) return { error: 409 }
  if (group.members.size >= group.capacity) return { error: 419 }
  if (!group.approval) {
    admit(world, group, phone, [phone], { reason: 'invite' })
    return { group, isRequest: false }
  }
  group.requests.set(phone.phone, unixSeconds())
  persistGroup(world, group)
  const requested = node('created_membership_requests', { request_method: 'invite_link' }, [
    node('requested_user', { jid: lidJid(phone.lid), phone_number: pnJid(phone.phone) }),
  ])
  notifyGroup(world, group, phone, requested)
  return { group, isRequest: true }
}

/** Lets in who asked to be, or turns the wish down. False when nobody of that name asked. */
export function decideRequest(
  world: World,
  group: Group,
  actor: Phone,
  action: 'approve' | 'reject',
  phone: Phone,
): boolean {
  if (!group.requests.delete(phone.phone)) return false
  persistGroup(world, group)
  if (action === 'approve') {
    admit(world, group, actor, [phone])
    return true
  }
  const turnedDown = node('revoked_membership_requests', {}, [
    node('participant', { jid: lidJid(phone.lid), phone_number: pnJid(phone.phone) }),
  ])
  notifyGroup(world, group, actor, turnedDown)
  return true
}

/** Puts people in, told as `actor`'s doing. */
export function admit(
  world: World,
  group: Group,
  actor: Phone,
  joined: Phone[],
  attrs: { reason?: string } = {},
): void {
  const prev = group.participantVersion
  group.participantVersion = nextVersion(prev)
  const members = joined.map(({ phone }): Member => ({ phone, role: 'member' }))
  for (const member of members) {
    group.members.set(member.phone, member)
    group.requests.delete(member.phone)
  }
  persistGroup(world, group)
  const nodes = members.map((member) => participantNode(world, member))
  const child = node('add', { ...attrs, v_id: group.participantVersion, prev_v_id: prev }, nodes)
  notifyGroup(world, group, actor, child, { except: joined })
  notifyJoined(world, group, actor, joined, attrs)
  joinCommunity(world, group, actor, joined)
}

/** Everybody in a group of a community is in its announcement group and a member of the community. */
export function joinCommunity(world: World, group: Group, actor: Phone, joined: Phone[]): void {
  if (!group.parent || group.announcements) return
  for (const other of world.groups.values()) {
    if (other.id !== group.parent && !(other.parent === group.parent && other.announcements)) continue
    const missing = joined.filter(({ phone }) => !other.members.has(phone))
    if (missing.length > 0) admit(world, other, actor, missing)
  }
}
