import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import type { Threads } from '../conversations/threads.ts'
import type { Device } from '../devices/model.ts'
import type { Message } from '../messages/model.ts'
import { findMessage, listMessages } from '../messages/repo.ts'

/** The newest message of a chat as WhatsApp wants it named when the chat is archived or deleted. `timestamp` in Unix seconds. */
export type LastMessage = { timestamp: number; messageId?: string; fromMe?: boolean; participant?: string }

/**
 * A stored message of a device's chat. Throws `not_found` for an id that was never seen in that chat: WhatsApp itself would take
 * a mark or a reaction on any id, and nobody would ever see it.
 */
export const requireMessage = async (
  ctx: Context,
  threads: Threads,
  device: Pick<Device, 'id' | 'tenantId'>,
  jid: string,
  messageId: string,
): Promise<Message> => {
  const thread = await threads.find(ctx, device.tenantId, device.id, jid)
  const ref = thread && { tenantId: device.tenantId, conversationId: thread.conversationId, messageId }
  const message = ref && (await findMessage(ctx, ref))
  if (message?.deviceId === device.id) return message
  throw fail('not_found', { message: 'There is no message of that id in the chat.' })
}

const LOOKED_AT = 10

/** The newest message of a chat that is at WhatsApp; undefined for a chat without one. */
export const newestMessage = async (
  ctx: Context,
  threads: Threads,
  device: Pick<Device, 'id' | 'tenantId'>,
  jid: string,
): Promise<LastMessage | undefined> => {
  const thread = await threads.find(ctx, device.tenantId, device.id, jid)
  if (!thread) return undefined
  const { items } = await listMessages(ctx, device.tenantId, thread.conversationId, { limit: LOOKED_AT })
  const newest = items.find(({ status }) => status !== 'failed' && status !== 'accepted')
  return (
    newest && {
      timestamp: Math.floor(Date.parse(newest.timestamp) / 1000),
      messageId: newest.messageId,
      fromMe: newest.direction === 'out',
      participant: newest.participant,
    }
  )
}
