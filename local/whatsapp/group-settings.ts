import { unixSeconds } from './events.ts'
import { descriptionNode, notifyGroup, notifyMembers } from './group-nodes.ts'
import { newInviteCode, nextVersion } from './groups.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, childOf, node, textOf } from './nodes.ts'
import { persistGroup } from './persist.ts'
import type { World } from './world.ts'

/** Characters of a name and of a description at most (WhatsApp's apps stop at these; seen by use, not documented). */
export const SUBJECT_LIMIT = 100
export const DESCRIPTION_LIMIT = 2048

/** Renames a group. */
export function setSubject(world: World, group: Group, actor: Phone, subject: string): void {
  group.subject = subject
  group.subjectOwner = actor.phone
  group.subjectAt = unixSeconds()
  persistGroup(world, group)
  const attrs = { subject, s_o: lidJid(actor.lid), s_o_pn: pnJid(actor.phone), s_t: group.subjectAt }
  notifyGroup(world, group, actor, node('subject', attrs))
}

/** Describes a group; an empty text takes the description away. */
export function setDescription(world: World, group: Group, actor: Phone, id: string, text: string): void {
  if (text === '') delete group.description
  else group.description = { id, text, by: actor.phone, at: unixSeconds() }
  persistGroup(world, group)
  const gone = node('description', { id }, [node('delete')])
  notifyGroup(world, group, actor, descriptionNode(world, group) ?? gone)
}

type Apply = (group: Group, child: BinaryNode) => void

const SETTINGS: Record<string, Apply> = {
  announcement: (group) => {
    group.announcement = true
  },
  not_announcement: (group) => {
    group.announcement = false
  },
  locked: (group) => {
    group.locked = true
  },
  unlocked: (group) => {
    group.locked = false
  },
  ephemeral: (group, child) => {
    group.ephemeral = Number(child.attrs.expiration ?? 0)
  },
  not_ephemeral: (group) => {
    group.ephemeral = 0
  },
  member_add_mode: (group, child) => {
    group.memberAddMode = textOf(child) === 'admin_add' ? 'admin_add' : 'all_member_add'
  },
  membership_approval_mode: (group, child) => {
    group.approval = childOf(child, 'group_join')?.attrs.state === 'on'
  },
}

/** Names of the settings that only administrators change. */
export const settingTags = Object.keys(SETTINGS)

/** Changes a setting as a request's child says; all members are told by a copy of it. */
export function changeSetting(world: World, group: Group, actor: Phone, child: BinaryNode): void {
  SETTINGS[child.tag]?.(group, child)
  const versioned = child.tag.endsWith('announcement')
  if (versioned) group.announceVersion = nextVersion(group.announceVersion)
  persistGroup(world, group)
  const { attrs, content } = child
  notifyGroup(
    world,
    group,
    actor,
    node(child.tag, { ...attrs, v_id: versioned ? group.announceVersion : undefined }, content),
  )
}

/** Takes the invitation code back; the new one. */
export function resetInvite(world: World, group: Group, actor: Phone): string {
  group.revokedCodes.push(group.inviteCode)
  group.inviteCode = newInviteCode()
  persistGroup(world, group)
  notifyGroup(world, group, actor, node('invite', { code: group.inviteCode }))
  return group.inviteCode
}

/** Gives a group another picture, or none. */
export function setGroupPicture(world: World, group: Group, actor: Phone, bytes: Buffer): void {
  group.picture = bytes.length > 0 ? bytes : undefined
  group.pictureId = group.picture && nextVersion(group.pictureId)
  persistGroup(world, group)
  const author = { author: lidJid(actor.lid), author_pn: pnJid(actor.phone) }
  const child = group.pictureId ? node('set', { id: group.pictureId, ...author }) : node('delete', author)
  const attrs = { from: group.id, type: 'picture', participant: author.author, t: unixSeconds() }
  notifyMembers(world, group, attrs, child)
}
