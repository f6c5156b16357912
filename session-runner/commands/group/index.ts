import type { Handlers } from '../handler.ts'
import { groupsChange } from './change.ts'
import { groupsCreate } from './create.ts'
import { groupsInfo } from './info.ts'
import { groupsInvite, groupsInviteInfo, groupsJoin } from './invite.ts'
import { groupsLeave } from './leave.ts'
import { groupsList } from './list.ts'
import { groupsDecideRequests, groupsMembers, groupsRequests } from './members.ts'
import { groupsPhoto } from './photo.ts'

/** Handlers of work on groups. */
export const groupHandlers: Handlers<'groups'> = {
  'groups.list': groupsList,
  'groups.info': groupsInfo,
  'groups.create': groupsCreate,
  'groups.change': groupsChange,
  'groups.photo': groupsPhoto,
  'groups.leave': groupsLeave,
  'groups.invite': groupsInvite,
  'groups.join': groupsJoin,
  'groups.invite-info': groupsInviteInfo,
  'groups.members': groupsMembers,
  'groups.requests': groupsRequests,
  'groups.decide-requests': groupsDecideRequests,
}
