import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import type { Recipient } from '#kit/phone.ts'
import type { MessageContext } from '../commands/model.ts'
import type { Threads } from '../conversations/threads.ts'
import type { Device } from '../devices/model.ts'
import type { Message } from '../messages/model.ts'
import { findMessage } from '../messages/repo.ts'
import { readEventId } from './matrix-ids.ts'

/** Gives what a message to a recipient says about the one it answers. */
export type ReplyTo = (to: Recipient) => Promise<MessageContext | undefined>

/** WhatsApp's own message ids. */
const WA_ID = /^[A-Za-z0-9.-]{8,128}$/

const bare = (jid: string | undefined): string | undefined => jid?.replace(/:\d+@/, '@')

const authorOf = (message: Message, device: Device): string | undefined => {
  if (message.direction === 'out') return bare(device.jid)
  return message.isGroup ? message.participant : message.chat
}

/**
 * Reads a `reply_id`: the id of a webhook's payload, or WhatsApp's own. In its own conversation the runner quotes the stored message;
 * an answer in another one carries the words and the author along. Throws `validation_failed` for an id that names no message of the
 * device.
 */
export const readReply = async (
  ctx: Context,
  threads: Threads,
  device: Device,
  replyId: string | undefined,
): Promise<ReplyTo> => {
  if (replyId === undefined) return async () => undefined
  if (WA_ID.test(replyId)) return async () => ({ quotedId: replyId })
  const ref = readEventId(replyId)
  const message = ref && (await findMessage(ctx, { tenantId: device.tenantId, ...ref }))
  if (!ref || message?.deviceId !== device.id) {
    const details = [{ path: 'reply_id', message: 'names no message of this device' }]
    throw fail('validation_failed', { details })
  }
  const quotedId = message.messageId
  return async (to) => {
    const thread = await threads.find(ctx, device.tenantId, device.id, to.jid)
    if (thread?.conversationId === ref.conversationId) return { quotedId }
    return { quotedId, quotedParticipant: authorOf(message, device), quotedText: message.text ?? '' }
  }
}
