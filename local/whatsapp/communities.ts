import { unixSeconds } from './events.ts'
import { joinCommunity } from './group-join.ts'
import { notifyGroup } from './group-nodes.ts'
import { createGroup, isAdmin } from './groups.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'
import { persistGroup } from './persist.ts'
import type { World } from './world.ts'

/** What a client asks for when it makes a community. */
export interface CommunityRequest {
  subject: string
  description?: { id: string; text: string }
  key?: string
  /** With a group for everybody beside the announcement group. */
  generalChat?: boolean
}

/**
 * Makes a community: a group of its own kind, with the announcement group that the service adds by itself (as whatsmeow's
 * group.go says) and, when asked for, a general chat (`create_general_chat`, seen in Baileys).
 */
export function createCommunity(world: World, creator: Phone, request: CommunityRequest): Group {
  const { subject, key, description, generalChat } = request
  const community = createGroup(world, creator, subject, [], {
    key,
    community: true,
    announcement: true,
    approval: true,
    description: description && { ...description, by: creator.phone, at: unixSeconds() },
  })
  const parent = community.id
  createGroup(world, creator, subject, [], { parent, announcements: true, announcement: true })
  if (generalChat) createGroup(world, creator, 'General', [], { parent })
  return community
}

/** Groups of a community, the announcement group first. */
export function linkedGroups(world: World, community: Group): Group[] {
  return [...world.groups.values()]
    .filter(({ parent }) => parent === community.id)
    .sort((left, right) => Number(right.announcements === true) - Number(left.announcements === true))
}

/** A group as lists of a community and notifications about links show it. */
export function linkTargetNode(group: Group): BinaryNode {
  const attrs = {
    id: group.id.split('@')[0],
    jid: group.id,
    subject: group.subject,
    s_t: group.subjectAt,
    size: group.members.size,
  }
  return node('group', attrs, group.announcements ? [node('default_sub_group')] : [])
}

/** Tells community, group and the other groups of it, each in the terms it sees the link by. */
function tellLink(world: World, community: Group, group: Group, actor: Phone, action: 'link' | 'unlink'): void {
  const told = (about: Group, type: string): BinaryNode =>
    node(action, action === 'link' ? { link_type: type } : { unlink_type: type, unlink_reason: 'unlink_group' }, [
      linkTargetNode(about),
    ])
  notifyGroup(world, group, actor, told(community, 'parent_group'))
  notifyGroup(world, community, actor, told(group, 'sub_group'))
  for (const sibling of linkedGroups(world, community)) {
    if (sibling !== group) notifyGroup(world, sibling, actor, told(group, 'sibling_group'))
  }
}

/**
 * Puts a group into a community, whose members its members become. Gives the code of a refusal: no administrator of both, no
 * such group, in a community already.
 */
export function linkGroup(world: World, community: Group, actor: Phone, groupId: string): 403 | 404 | 409 | undefined {
  const group = world.groups.get(groupId)
  if (!group) return 404
  if (!isAdmin(group, actor)) return 403
  if (group.parent || group.community) return 409
  group.parent = community.id
  persistGroup(world, group)
  const members = [...group.members.keys()].flatMap((number) => world.phones.get(number) ?? [])
  joinCommunity(world, group, actor, members)
  tellLink(world, community, group, actor, 'link')
  return undefined
}

/** Takes a group out of its community; its members stay in both. Gives the code of a refusal. */
export function unlinkGroup(world: World, community: Group, actor: Phone, groupId: string): 404 | 409 | undefined {
  const group = world.groups.get(groupId)
  if (group?.parent !== community.id) return 404
  if (group.announcements) return 409
  delete group.parent
  persistGroup(world, group)
  tellLink(world, community, group, actor, 'unlink')
  return undefined
}
