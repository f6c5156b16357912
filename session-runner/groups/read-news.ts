import type { BinaryNode } from '@whiskeysockets/baileys'
import type { GroupChange, GroupNews } from '#domains/groups/changes.ts'
import type { Person } from '#domains/groups/model.ts'
import { bareJid } from '../inbound/stanza-facts.ts'
import { childOf, childrenOf, participantOf, personFrom, secondsOf, textOf } from './nodes.ts'
import { groupJid, readGroup } from './read-group.ts'

const membersIn = (node: BinaryNode): Person[] =>
  childrenOf(node)
    .filter(({ tag }) => tag === 'participant' || tag === 'requested_user')
    .map(participantOf)
    .filter(({ phone, lid }) => phone !== undefined || lid !== undefined)

const readMembers = (node: BinaryNode): GroupChange => ({
  kind: node.tag as 'add',
  members: membersIn(node),
  reason: node.attrs.reason,
  version: node.attrs.v_id,
  previousVersion: node.attrs.prev_v_id,
})

const readJoin = (node: BinaryNode): GroupChange | undefined => {
  const group = childOf(node, 'group')
  const { reason, type, key } = node.attrs
  return group && { kind: 'join', group: readGroup(group), reason, isNew: type === 'new', key }
}

const readLink = (node: BinaryNode): GroupChange | undefined => {
  const linked = childOf(node, 'group')?.attrs
  if (!linked) return undefined
  return {
    kind: node.tag as 'link',
    relation: node.attrs.link_type ?? node.attrs.unlink_type ?? '',
    reason: node.attrs.unlink_reason,
    linked: { jid: groupJid(linked.jid ?? linked.id ?? ''), name: linked.subject ?? '' },
  }
}

/**
 * Changes by the tag of a notification's child, with the fields that whatsmeow's `parseGroupChange` reads; `modify`,
 * `member_add_mode` and the wishes to join as Baileys reads them.
 */
const READERS: Record<string, (node: BinaryNode) => GroupChange | undefined> = {
  create: readJoin,
  add: readMembers,
  remove: readMembers,
  promote: readMembers,
  demote: readMembers,
  leave: (node) => ({ ...readMembers(node), kind: 'remove' }) as GroupChange,
  subject: ({ attrs }) => ({ kind: 'name', name: attrs.subject ?? '', setAt: secondsOf(attrs.s_t) }),
  // One that was taken away has no body.
  description: (node) => ({ kind: 'topic', id: node.attrs.id ?? '', text: textOf(childOf(node, 'body')) ?? '' }),
  announcement: ({ attrs }) => ({ kind: 'announce', on: true, version: attrs.v_id }),
  not_announcement: ({ attrs }) => ({ kind: 'announce', on: false, version: attrs.v_id }),
  locked: () => ({ kind: 'locked', on: true }),
  unlocked: () => ({ kind: 'locked', on: false }),
  ephemeral: ({ attrs }) => ({ kind: 'ephemeral', seconds: Number(attrs.expiration ?? 0) }),
  not_ephemeral: () => ({ kind: 'ephemeral', seconds: 0 }),
  invite: ({ attrs }) => ({ kind: 'invite', code: attrs.code ?? '' }),
  link: readLink,
  unlink: readLink,
  delete: ({ attrs }) => ({ kind: 'delete', reason: attrs.reason }),
  member_add_mode: (node) => ({ kind: 'adminsAddOnly', on: textOf(node) === 'admin_add' }),
  membership_approval_mode: (node) => ({
    kind: 'approval',
    on: childOf(node, 'group_join')?.attrs.state !== 'off',
  }),
  created_membership_requests: (node) => ({
    kind: 'request',
    members: membersIn(node),
    method: node.attrs.request_method,
  }),
  revoked_membership_requests: (node) => ({ kind: 'requestEnded', members: membersIn(node) }),
  modify: (node) => ({ kind: 'number', members: membersIn(node) }),
}

const changeIn = (node: BinaryNode): GroupChange => READERS[node.tag]?.(node) ?? { kind: 'other', tag: node.tag }

/** Whether a notification announces changes of a group. */
export const isGroupNews = ({ attrs }: BinaryNode): boolean =>
  attrs.type === 'w:gp2' && attrs.from?.endsWith('@g.us') === true

/** What a notification of type `w:gp2` announces; more than one change in one is possible, each with an id of its own. */
export const readGroupNews = (node: BinaryNode): GroupNews[] => {
  const { id = '', from = '', t, participant, participant_pn, notify, offline } = node.attrs
  const who = personFrom(participant, participant_pn)
  const by = participant ? { ...who, jid: bareJid(participant), name: notify || undefined } : undefined
  return childrenOf(node).map((child, at) => {
    const news = changeIn(child)
    // Who asks to join by a link is the one who acts; WhatsApp does not always name them twice.
    const change = news.kind === 'request' && news.members.length === 0 ? { ...news, members: by ? [who] : [] } : news
    return {
      id: at === 0 ? id : `${id}-${at}`,
      jid: bareJid(from),
      by,
      atMs: Number(t ?? 0) * 1000,
      offline: offline !== undefined,
      change,
    }
  })
}

/** Pairs of addresses that a notification about a group tells. */
export const pairsIn = (news: readonly GroupNews[]): { phone: string; lid: string }[] => {
  const people = news.flatMap(({ by, change }): Person[] => [
    ...(by ? [by] : []),
    ...('members' in change ? change.members : change.kind === 'join' ? change.group.members : []),
  ])
  return people.flatMap(({ phone, lid }) => (phone && lid ? [{ phone, lid }] : []))
}
