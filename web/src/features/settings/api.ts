import { useQuery } from '@tanstack/react-query'
import type { operation as addMember } from '#functions/api/inbox/add-member.ts'
import type { operation as assignDevice } from '#functions/api/inbox/assign-device.ts'
import type { operation as changeInbox } from '#functions/api/inbox/change-inbox.ts'
import type { operation as createInbox } from '#functions/api/inbox/create-inbox.ts'
import type { operation as deleteInbox } from '#functions/api/inbox/delete-inbox.ts'
import type { operation as listInboxes } from '#functions/api/inbox/list-inboxes.ts'
import type { operation as listMembers } from '#functions/api/inbox/list-members.ts'
import type { operation as removeMember } from '#functions/api/inbox/remove-member.ts'
import type { operation as changeRole } from '#functions/api/team/change-role.ts'
import type { operation as changeUser } from '#functions/api/team/change-user.ts'
import type { operation as createRole } from '#functions/api/team/create-role.ts'
import type { operation as createUser } from '#functions/api/team/create-user.ts'
import type { operation as deleteRole } from '#functions/api/team/delete-role.ts'
import type { operation as deleteUser } from '#functions/api/team/delete-user.ts'
import type { operation as listAudit } from '#functions/api/team/list-audit.ts'
import type { operation as listRoleCapabilities } from '#functions/api/team/list-role-capabilities.ts'
import type { operation as listUsers } from '#functions/api/team/list-users.ts'
import type { operation as resetPassword } from '#functions/api/team/reset-password.ts'
import type { operation as setRoleCapabilities } from '#functions/api/team/set-role-capabilities.ts'
import type { operation as listDevices } from '#functions/api/workspace/list-devices.ts'
import { type AnswerOf, endpoint } from '../../lib/api.ts'

/** A user as the list has him. */
export type UserRow = AnswerOf<typeof listUsers>[number]
/** A role with all that it allows. */
export type RoleRow = AnswerOf<typeof listRoleCapabilities>[number]
/** An inbox with its counts. */
export type InboxRow = AnswerOf<typeof listInboxes>[number]
/** An entry of the audit log. */
export type AuditEntry = AnswerOf<typeof listAudit>['entries'][number]

const listUsersCall = endpoint<typeof listUsers>('ceox GET /api/v1/users')
const listRolesCall = endpoint<typeof listRoleCapabilities>('own GET /api/v1/role-capabilities')
const listInboxesCall = endpoint<typeof listInboxes>('ceox GET /api/v1/inboxes')
const listMembersCall = endpoint<typeof listMembers>('ceox GET /api/v1/inboxes/{id}/members')
const listDevicesCall = endpoint<typeof listDevices>('ceox GET /api/v1/devices')

export const createUserCall = endpoint<typeof createUser>('ceox POST /api/v1/users')
export const changeUserCall = endpoint<typeof changeUser>('ceox PATCH /api/v1/users/{id}')
export const deleteUserCall = endpoint<typeof deleteUser>('ceox DELETE /api/v1/users/{id}')
export const resetPasswordCall = endpoint<typeof resetPassword>('ceox POST /api/v1/users/{id}/password')
export const createRoleCall = endpoint<typeof createRole>('ceox POST /api/v1/roles')
export const renameRoleCall = endpoint<typeof changeRole>('ceox PATCH /api/v1/roles/{id}')
export const deleteRoleCall = endpoint<typeof deleteRole>('ceox DELETE /api/v1/roles/{id}')
export const setRoleCall = endpoint<typeof setRoleCapabilities>('own PUT /api/v1/roles/{id}/capabilities')
export const createInboxCall = endpoint<typeof createInbox>('ceox POST /api/v1/inboxes')
export const changeInboxCall = endpoint<typeof changeInbox>('ceox PATCH /api/v1/inboxes/{id}')
export const deleteInboxCall = endpoint<typeof deleteInbox>('ceox DELETE /api/v1/inboxes/{id}')
export const addMemberCall = endpoint<typeof addMember>('ceox POST /api/v1/inboxes/{id}/members')
export const removeMemberCall = endpoint<typeof removeMember>('ceox DELETE /api/v1/inboxes/{id}/members/{userId}')
export const assignDeviceCall = endpoint<typeof assignDevice>('ceox POST /api/v1/inboxes/{id}/devices')
export const listAuditCall = endpoint<typeof listAudit>('own GET /api/v1/audit')

/** The root of the keys of everything that the settings read. */
export const SETTINGS = ['settings'] as const

/** The users of the organisation. */
export const useUsers = () =>
  useQuery({ queryKey: [...SETTINGS, 'users'], queryFn: ({ signal }) => listUsersCall({ signal }) })

/** The roles with all their capabilities. */
export const useRoles = () =>
  useQuery({ queryKey: [...SETTINGS, 'roles'], queryFn: ({ signal }) => listRolesCall({ signal }) })

/** The inboxes; `enabled` is whether the user may ask. */
export const useInboxes = (enabled = true) =>
  useQuery({ queryKey: [...SETTINGS, 'inboxes'], queryFn: ({ signal }) => listInboxesCall({ signal }), enabled })

/** Members of one inbox. */
export const useMembers = (id: string) =>
  useQuery({
    queryKey: [...SETTINGS, 'inboxes', id, 'members'],
    queryFn: ({ signal }) => listMembersCall({ params: { id }, signal }),
  })

/** The devices that the user sees. */
export const useDevices = () =>
  useQuery({ queryKey: [...SETTINGS, 'devices'], queryFn: ({ signal }) => listDevicesCall({ signal }) })
