import { z } from 'zod'
import { type LastMessage, newestMessage } from '#domains/chats/known-message.ts'
import type { Device } from '#domains/devices/model.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import type { ErrorCode } from '#kit/errors.ts'
import { threads } from '#services'

/** What operations on the chat list need. */
export const chatNeeds = { main: 'read', session: 'read', commands: 'send' } as const

/** Failures that every operation on the chat list knows. */
export const chatErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'no_session',
  'device_not_connected',
  'device_logged_out',
  'upstream_error',
  'upstream_timeout',
  'try_again',
]

/** Failures of those that a group has to be known for. */
export const groupChatErrors: readonly ErrorCode[] = [...chatErrors, 'not_group_member', 'group_unknown']

/** A chat as callers name it. */
export const chatField = z.string().min(1).describe('Phone number with country code, or JID of a person or group')

/** A message id. */
export const messageIdField = z.string().min(1).max(128)

/** The newest message of a chat: as the caller names it, else as we have stored it. */
export const lastMessageOf = async (
  ctx: OperationContext,
  device: Device,
  jid: string,
  given: Partial<LastMessage>,
): Promise<LastMessage | undefined> => {
  if (given.timestamp === undefined && given.messageId === undefined) {
    return newestMessage(ctx, threads(), device, jid)
  }
  return { ...given, timestamp: given.timestamp ?? Math.floor(ctx.clock.nowMs() / 1000) }
}
