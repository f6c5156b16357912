import { joinCommunity } from './group-join.ts'
import { notifyGroup, notifyJoined, participantNode } from './group-nodes.ts'
import {
  type Asked,
  addRefusal,
  type MemberAction,
  type MemberError,
  type MemberResult,
  nextVersion,
} from './groups.ts'
import type { Group, Member, Phone } from './model.ts'
import { node } from './nodes.ts'
import { persistGroup, persistSenderKeys } from './persist.ts'
import type { World } from './world.ts'

function changeMember(group: Group, actor: Phone, action: MemberAction, phone: Phone): MemberError | undefined {
  const member = group.members.get(phone.phone)
  if (action === 'add') {
    if (member) return 409
    const refusal = addRefusal(actor, phone)
    if (refusal) return refusal
    if (group.members.size >= group.capacity) return 419
    group.members.set(phone.phone, { phone: phone.phone, role: 'member' })
    group.requests.delete(phone.phone)
    return undefined
  }
  if (!member) return 404
  // Nobody takes the rights of the one who made the group.
  if (member.role === 'superadmin' && action !== 'promote') return phone === actor && action === 'demote' ? 409 : 403
  if (action === 'remove') group.members.delete(phone.phone)
  else if (member.role !== 'superadmin') member.role = action === 'promote' ? 'admin' : 'member'
  return undefined
}

/** Who stayed must not go on using keys that those who left still hold. */
function rotateSenderKeys(world: World, group: Group): void {
  for (const number of group.members.keys()) {
    const phone = world.phones.get(number)
    if (phone?.ownSenderKeys.delete(group.id)) persistSenderKeys(world, phone, group.id)
  }
}

/** Adds, removes, promotes or demotes; each member has an outcome of its own, and all are told of those that worked. */
export function changeMembers(
  world: World,
  group: Group,
  actor: Phone,
  action: MemberAction,
  asked: Asked[],
): MemberResult[] {
  const before = new Map([...group.members].map(([number, member]) => [number, { ...member }]))
  const results = asked.map(({ asked: name, phone }): MemberResult => {
    return { phone, asked: name, error: phone ? changeMember(group, actor, action, phone) : 404 }
  })
  const changed = results.flatMap(({ phone, error }) => (phone && error === undefined ? [phone] : []))
  if (changed.length === 0) return results
  tellChange(world, group, actor, action, changed, (phone) => group.members.get(phone) ?? before.get(phone))
  if (action === 'remove') rotateSenderKeys(world, group)
  if (action === 'add') joinCommunity(world, group, actor, changed)
  return results
}

function tellChange(
  world: World,
  group: Group,
  actor: Phone,
  action: MemberAction,
  changed: Phone[],
  memberOf: (phone: string) => Member | undefined,
): void {
  const prev = group.participantVersion
  group.participantVersion = nextVersion(prev)
  persistGroup(world, group)
  const participants = changed.map(({ phone }) => {
    const role = action === 'remove' ? 'member' : (memberOf(phone)?.role ?? 'member')
    return participantNode(world, { phone, role })
  })
  const child = node(action, { v_id: group.participantVersion, prev_v_id: prev }, participants)
  const joined = action === 'add' ? changed : []
  notifyGroup(world, group, actor, child, { also: action === 'remove' ? changed : [], except: joined })
  if (joined.length > 0) notifyJoined(world, group, actor, joined, {})
}

/** Takes somebody out at their own wish. The last administrator hands over to the longest member. */
export function leaveGroup(world: World, group: Group, phone: Phone): void {
  const member = group.members.get(phone.phone)
  if (!member) return
  group.members.delete(phone.phone)
  const others = [...group.members.values()]
  const [first] = others
  if (first && !others.some(({ role }) => role !== 'member')) first.role = 'admin'
  tellChange(world, group, phone, 'remove', [phone], () => member)
  rotateSenderKeys(world, group)
  if (!group.community) return
  for (const linked of world.groups.values()) if (linked.parent === group.id) leaveGroup(world, linked, phone)
}
