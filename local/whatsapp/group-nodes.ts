import { unixSeconds } from './events.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Group, Member, Phone } from './model.ts'
import { type Attributes, type BinaryNode, node } from './nodes.ts'
import { deliverToCompanions } from './queue.ts'
import { stanzaId, type World } from './world.ts'

/** A member as metadata and notifications carry it. */
export function participantNode(world: World, member: Member): BinaryNode {
  const lid = world.phones.get(member.phone)?.lid ?? ''
  return node('participant', {
    jid: lidJid(lid),
    phone_number: pnJid(member.phone),
    type: member.role === 'member' ? undefined : member.role,
  })
}

/** A description as metadata and notifications carry it. */
export function descriptionNode(world: World, group: Group): BinaryNode | undefined {
  const { description } = group
  if (!description) return undefined
  const author = lidJid(world.phones.get(description.by)?.lid ?? '')
  const attrs = { id: description.id, t: description.at, participant: author, participant_pn: pnJid(description.by) }
  return node('description', attrs, [node('body', {}, Buffer.from(description.text))])
}

/** What a group is in a community (`parent`, `linked_parent` and `default_sub_group` as whatsmeow's parser reads them). */
function communityNodes(group: Group): BinaryNode[] {
  if (group.community) return [node('parent', { default_membership_approval_mode: 'request_required' })]
  return [
    ...(group.parent ? [node('linked_parent', { jid: group.parent })] : []),
    ...(group.announcements ? [node('default_sub_group')] : []),
  ]
}

/** The metadata of a group. The attributes of versions (`a_v_id`, `p_v_id`) are those that whatsmeow's group.go reads. */
export function groupNode(world: World, group: Group): BinaryNode {
  const creatorLid = lidJid(world.phones.get(group.creator)?.lid ?? '')
  const ownerLid = lidJid(world.phones.get(group.subjectOwner)?.lid ?? '')
  const approval = node('membership_approval_mode', {}, [node('group_join', { state: 'on' })])
  const parts = [
    ...communityNodes(group),
    descriptionNode(world, group),
    group.announcement ? node('announcement') : undefined,
    group.locked ? node('locked') : undefined,
    group.ephemeral ? node('ephemeral', { expiration: group.ephemeral }) : undefined,
    node('member_add_mode', {}, Buffer.from(group.memberAddMode)),
    group.approval ? approval : undefined,
    ...[...group.members.values()].map((member) => participantNode(world, member)),
  ]
  const attrs = {
    id: group.id.split('@')[0],
    subject: group.subject,
    creation: group.createdAt,
    creator: creatorLid,
    creator_pn: pnJid(group.creator),
    s_t: group.subjectAt,
    s_o: ownerLid,
    s_o_pn: pnJid(group.subjectOwner),
    a_v_id: group.announceVersion,
    p_v_id: group.participantVersion,
    addressing_mode: 'lid',
    size: group.members.size,
  }
  return node(
    'group',
    attrs,
    parts.filter((part) => part !== undefined),
  )
}

/** Who is told of a change beside the members, and who of these is not: somebody new gets the whole group instead. */
interface Audience {
  also?: Phone[]
  except?: Phone[]
}

/** Sends a notification to the companions of all members. */
export function notifyMembers(
  world: World,
  group: Group,
  attrs: Attributes,
  child: BinaryNode,
  { also = [], except = [] }: Audience = {},
): void {
  const told = new Set<Phone>(also)
  for (const number of group.members.keys()) {
    const member = world.phones.get(number)
    if (member) told.add(member)
  }
  for (const phone of told) {
    if (except.includes(phone)) continue
    deliverToCompanions(world, phone, node('notification', { ...attrs, id: stanzaId(world) }, [child]))
  }
}

function changeAttributes(group: Group, actor: Phone): Attributes {
  return {
    from: group.id,
    type: 'w:gp2',
    t: unixSeconds(),
    participant: lidJid(actor.lid),
    participant_pn: pnJid(actor.phone),
    notify: actor.name,
    addressing_mode: 'lid',
  }
}

/** Tells the companions of all members what somebody did. */
export function notifyGroup(world: World, group: Group, actor: Phone, child: BinaryNode, audience?: Audience): void {
  notifyMembers(world, group, changeAttributes(group, actor), child, audience)
  world.hub.emit({ type: 'group', phone: actor.phone, data: { id: group.id, change: child.tag } })
}

/** Tells the companions of new members that they are in the group, with all that is known of it. */
export function notifyJoined(world: World, group: Group, actor: Phone, joined: Phone[], attrs: Attributes): void {
  const child = node('create', attrs, [groupNode(world, group)])
  for (const phone of joined) {
    const outer = { ...changeAttributes(group, actor), id: stanzaId(world) }
    deliverToCompanions(world, phone, node('notification', outer, [child]))
  }
}
