import type { BinaryNode, GroupMetadata, GroupParticipant } from '@whiskeysockets/baileys'
import type { Group, Member, RefusedMember } from '#domains/groups/model.ts'
import { childOf, childrenNamed, childrenOf, knownPerson, participantOf, secondsOf, textOf } from './nodes.ts'

const readMember = (node: BinaryNode): Member => ({
  ...participantOf(node),
  jid: node.attrs.jid ?? '',
  isAdmin: node.attrs.type === 'admin' || node.attrs.type === 'superadmin',
  isSuperAdmin: node.attrs.type === 'superadmin',
})

/** A participant with an `error`: whom WhatsApp refused, perhaps with an invitation to send (`add_request`; whatsmeow's group.go). */
const readRefused = (node: BinaryNode): RefusedMember => {
  const invitation = childOf(node, 'add_request')?.attrs
  return {
    ...participantOf(node),
    jid: node.attrs.jid ?? '',
    error: Number(node.attrs.error),
    invite: invitation?.code ? { code: invitation.code, expiresAt: Number(invitation.expiration ?? 0) } : undefined,
  }
}

const readTopic = (node: BinaryNode): Group['topic'] => {
  const described = childOf(node, 'description')
  const text = textOf(childOf(described, 'body'))
  if (!described || text === undefined) return undefined
  const { id = '', t, participant, participant_pn } = described.attrs
  return { id, text, setAt: secondsOf(t), setBy: knownPerson(participant, participant_pn) }
}

/** JID of a group that stanzas name with or without its server. */
export const groupJid = (id: string): string => (id.includes('@') ? id : `${id}@g.us`)

/** Reads a `group` node: attributes and children as in whatsmeow's `parseGroupNode`. */
export const readGroup = (node: BinaryNode): Group => {
  const { attrs } = node
  const has = (tag: string): boolean => childOf(node, tag) !== undefined
  const all = childrenNamed(node, 'participant')
  const members = all.filter((one) => one.attrs.error === undefined).map(readMember)
  return {
    jid: groupJid(attrs.id ?? attrs.jid ?? ''),
    name: attrs.subject ?? '',
    nameSetAt: secondsOf(attrs.s_t),
    nameSetBy: knownPerson(attrs.s_o, attrs.s_o_pn),
    topic: readTopic(node),
    owner: knownPerson(attrs.creator, attrs.creator_pn),
    createdAt: secondsOf(attrs.creation),
    announceVersion: attrs.a_v_id,
    participantVersion: attrs.p_v_id,
    addressing: attrs.addressing_mode === 'lid' ? 'lid' : 'pn',
    isAnnounce: has('announcement'),
    isLocked: has('locked'),
    ephemeralSeconds: Number(childOf(node, 'ephemeral')?.attrs.expiration ?? 0),
    adminsAddOnly: textOf(childOf(node, 'member_add_mode')) === 'admin_add',
    approvalRequired: has('membership_approval_mode'),
    isCommunity: has('parent'),
    isAnnouncements: has('default_sub_group'),
    parent: childOf(node, 'linked_parent')?.attrs.jid,
    size: Number(attrs.size) || members.length,
    members,
  }
}

/** Participants of an answer whom WhatsApp refused. */
export const refusedIn = (node: BinaryNode): RefusedMember[] =>
  childrenNamed(node, 'participant')
    .filter(({ attrs }) => attrs.error !== undefined)
    .map(readRefused)

/** The group in an answer. Undefined when there is none. */
export const groupIn = (answer: BinaryNode): Group | undefined => {
  const found = childOf(answer, 'group')
  return found && readGroup(found)
}

/** All groups in an answer to `participating`. */
export const groupsIn = (answer: BinaryNode): Group[] =>
  childrenOf(childOf(answer, 'groups'))
    .filter(({ tag }) => tag === 'group')
    .map(readGroup)

/** A group in the client's own form, as its sends want it. */
export const asClientMetadata = (group: Group): GroupMetadata => ({
  id: group.jid,
  addressingMode: group.addressing as GroupMetadata['addressingMode'],
  subject: group.name,
  owner: group.owner?.lid ? `${group.owner.lid}@lid` : undefined,
  size: group.size,
  announce: group.isAnnounce,
  restrict: group.isLocked,
  ephemeralDuration: group.ephemeralSeconds || undefined,
  participants: group.members.map(
    ({ jid, phone, lid, isAdmin, isSuperAdmin }): GroupParticipant => ({
      id: jid,
      phoneNumber: phone && jid.endsWith('@lid') ? `${phone}@s.whatsapp.net` : undefined,
      lid: lid && !jid.endsWith('@lid') ? `${lid}@lid` : undefined,
      admin: isSuperAdmin ? 'superadmin' : isAdmin ? 'admin' : null,
    }),
  ),
})
