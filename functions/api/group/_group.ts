import { groupJidField } from '#domains/groups/input.ts'
import type { ErrorCode } from '#kit/errors.ts'

/** JID of a group. */
export const groupJid = groupJidField('invalid group JID format')

/** Failures that every operation on a group knows. */
export const groupErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'forbidden',
  'no_session',
  'not_group_admin',
  'not_group_member',
  'group_unknown',
  'conflict',
  'unprocessable',
  'rate_limited',
  'device_not_connected',
  'device_logged_out',
  'upstream_error',
  'upstream_timeout',
]

/** What an operation on groups needs of the infrastructure. */
export const groupNeeds = { main: 'read', session: 'read', commands: 'send' } as const
