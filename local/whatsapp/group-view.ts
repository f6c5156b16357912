import type { Group, Member } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'

/** A group as the control API shows it. */
export interface GroupView {
  id: string
  subject: string
  description?: string
  creator: string
  participants: Member[]
  announcement: boolean
  locked: boolean
  ephemeral: number
  approval: boolean
  memberAddMode: 'all_member_add' | 'admin_add'
  capacity: number
  inviteCode: string
  pictureId?: string
  /** It is a community. */
  community: boolean
  /** It is the announcement group of its community. */
  announcements: boolean
  /** The community it is linked to. */
  parent?: string
  /** Numbers of those who asked to join. */
  requests: string[]
}

/** Shows a group. */
export function groupView(group: Group): GroupView {
  return {
    id: group.id,
    subject: group.subject,
    description: group.description?.text,
    creator: group.creator,
    participants: [...group.members.values()].map((member) => ({ ...member })),
    announcement: group.announcement,
    locked: group.locked,
    ephemeral: group.ephemeral,
    approval: group.approval,
    memberAddMode: group.memberAddMode,
    capacity: group.capacity,
    inviteCode: group.inviteCode,
    pictureId: group.pictureId,
    community: group.community === true,
    announcements: group.announcements === true,
    parent: group.parent,
    requests: [...group.requests.keys()],
  }
}

/** What a phone can change about a group; `capacity` is the network's to change, whoever asks. */
export interface GroupChange {
  subject?: string
  description?: string
  announcement?: boolean
  locked?: boolean
  /** Seconds; 0 switches it off. */
  ephemeral?: number
  approval?: boolean
  memberAddMode?: 'all_member_add' | 'admin_add'
  /** Base64; empty takes the picture away. */
  picture?: string
  capacity?: number
}

/** The settings in a change, as requests of clients say them. */
export function settingsIn(change: GroupChange): BinaryNode[] {
  const found: BinaryNode[] = []
  const { announcement, locked, ephemeral, approval, memberAddMode } = change
  if (announcement !== undefined) found.push(node(announcement ? 'announcement' : 'not_announcement'))
  if (locked !== undefined) found.push(node(locked ? 'locked' : 'unlocked'))
  if (ephemeral !== undefined)
    found.push(ephemeral ? node('ephemeral', { expiration: ephemeral }) : node('not_ephemeral'))
  if (memberAddMode !== undefined) found.push(node('member_add_mode', {}, Buffer.from(memberAddMode)))
  if (approval !== undefined) {
    const state = node('group_join', { state: approval ? 'on' : 'off' })
    found.push(node('membership_approval_mode', {}, [state]))
  }
  return found
}
