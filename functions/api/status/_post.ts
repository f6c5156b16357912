import { z } from 'zod'
import { type SendContent, sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT } from '#domains/messages/send-rules.ts'
import { type AnswerValue, answer, type OperationContext } from '#kit/define-operation.ts'
import type { ErrorCode } from '#kit/errors.ts'
import type { Recipient } from '#kit/phone.ts'

/** The chat that status posts are written to; who sees them is the account's own setting. */
const STATUS: Recipient = { jid: 'status@broadcast', address: { group: 'status@broadcast' }, isGroup: true }

/** Fields that every status post has. */
export const idField = z
  .string()
  .regex(/^[\w.:@=+~-]{1,64}$/, 'has 1 to 64 letters, digits or one of . : @ = + ~ - _')
  .optional()
  .describe('Message id of your own; the same id with the same content is posted once only')

/** A caption within WhatsApp's limit. */
export const captionField = z.string().max(CAPTION_LIMIT, `has at most ${CAPTION_LIMIT} characters`).optional()

/** What a status post answers. */
export const postResult = z.object({
  message_id: z.string(),
  timestamp: z.string(),
  status: z.enum(['sent', 'queued']),
  type: z.string(),
})

/** Failures that every status post knows. */
export const postErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'no_session',
  'conflict',
  'device_not_connected',
  'device_logged_out',
  'send_failed',
  'outcome_unknown',
]

/** Failures that files add. */
export const fileErrors: readonly ErrorCode[] = [
  'media_invalid',
  'media_unreachable',
  'unsafe_url',
  'payload_too_large',
]

/** What a post with a file needs. */
export const fileNeeds = { main: 'readWrite', session: 'read', commands: 'send', media: 'readWrite' } as const

/** Posts to the account's status, and answers as the document does after WhatsApp's ack. `more` is shown beside. */
export const post = async <More extends object>(
  ctx: OperationContext,
  type: string,
  content: SendContent,
  messageId: string | undefined,
  more?: More,
): Promise<(z.input<typeof postResult> & More) | AnswerValue> => {
  const outcome = await sendMessage(ctx, sendPorts(), {
    tenantId: ctx.actor.tenantId,
    deviceId: ctx.actor.deviceId ?? '',
    to: STATUS,
    content,
    readiness: 'session',
    messageId,
    reservedId: ctx.reserved?.messageId,
    async: ctx.preferAsync,
  })
  const shown = { message_id: outcome.messageId, timestamp: outcome.at, type, ...(more as More) }
  if (outcome.state === 'sent') return { ...shown, status: 'sent' }
  return answer({
    status: 202,
    body: { ...shown, status: 'queued' },
  })
}
