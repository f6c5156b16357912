import { z } from 'zod'
import type { MessageContext } from '#domains/commands/model.ts'
import { type SendContent, type SendOutcome, sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT, DURATIONS } from '#domains/messages/send-rules.ts'
import { type AnswerValue, answer, type OperationContext } from '#kit/define-operation.ts'
import type { ErrorCode } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { contextInfo, type mentionInfo } from './_context-info.ts'

/** A text of this type, or an empty one, which is none. */
export const unlessEmpty = <Type extends z.ZodType<string>>(type: Type) =>
  z
    .union([z.literal(''), type])
    .transform((text) => (text || undefined) as z.output<Type> | undefined)
    .optional()

/** Seconds after which a message disappears; 0 means never. */
export const durationField = z
  .union([0, ...DURATIONS].map((seconds) => z.literal(seconds)))
  .transform((seconds) => seconds || undefined)
  .optional()
  .describe('Seconds after which the message disappears')

/** Milliseconds of typing before a message. */
export const presenceField = z
  .number()
  .int()
  .nonnegative()
  .optional()
  .describe('Milliseconds to show typing before the message; 20 seconds at most are shown')

/** A message id of the caller's own. */
export const ownIdField = z
  .string()
  .regex(/^[\w.:@=+~-]{0,64}$/, 'has 1 to 64 letters, digits or one of . : @ = + ~ - _')
  .transform((id) => id || undefined)
  .optional()
  .describe('Message id of your own; the same id with the same content is sent once only')

/** Fields that every DIGIGO send operation has. */
export const commonFields = {
  Phone: z.string().min(1).describe('Phone number with country code, or JID of a person or group'),
  Id: ownIdField,
  Presence: presenceField,
  Duration: durationField,
  NumberCheck: z.boolean().optional().describe('Ask WhatsApp first whether the number exists'),
  EchoApi: z.boolean().optional().describe('Announce this message to the webhook when it is sent'),
  ContextInfo: contextInfo.optional(),
}

/** A caption within WhatsApp's limit. */
export const caption = z
  .string()
  .max(CAPTION_LIMIT, `has at most ${CAPTION_LIMIT} characters`)
  .transform((text) => text || undefined)
  .optional()

/** What operations take beside the content, as `commonFields` parses it. */
export type Common = z.output<z.ZodObject<typeof commonFields>> & {
  LinkPreview?: boolean
  MentionInfo?: z.output<typeof mentionInfo>
}

const contextOf = (body: Common): MessageContext => ({
  ...body.ContextInfo,
  mentions: body.ContextInfo?.mentions ?? body.MentionInfo?.mentions,
  mentionAll: body.ContextInfo?.mentionAll ?? body.MentionInfo?.mentionAll,
  expirationSeconds: body.Duration,
  linkPreview: body.LinkPreview,
  typingMs: body.Presence,
})

/** What a DIGIGO send answers. */
export const sendResult = z.object({ Details: z.string(), Id: z.string(), Timestamp: z.string() })

/** What every send operation needs; one with files needs the media bucket too. */
export const sendNeeds = { main: 'readWrite', session: 'read', commands: 'send' } as const

/** Failures that every send operation knows. */
export const sendErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'no_session',
  'forbidden',
  'not_group_member',
  'group_unknown',
  'not_on_whatsapp',
  'conflict',
  'device_not_connected',
  'device_logged_out',
  'send_failed',
  'outcome_unknown',
]

/** Failures that files add. */
export const mediaErrors: readonly ErrorCode[] = [
  'media_invalid',
  'media_unreachable',
  'unsafe_url',
  'payload_too_large',
]

/** Sends on the device of the token and waits for WhatsApp, unless the caller does not want to. */
export const sendOn = (ctx: OperationContext, body: Common, content: SendContent): Promise<SendOutcome> =>
  sendMessage(ctx, sendPorts(), {
    tenantId: ctx.actor.tenantId,
    deviceId: ctx.actor.deviceId ?? '',
    to: parseRecipient(body.Phone, 'Phone'),
    content,
    context: contextOf(body),
    readiness: 'session',
    messageId: body.Id,
    reservedId: ctx.reserved?.messageId,
    numberCheck: body.NumberCheck,
    echo: body.EchoApi,
    async: ctx.preferAsync,
  })

/** The answer to callers who do not wait: the message is in the queue. */
export const queued = (body: Record<string, unknown>): AnswerValue =>
  answer({
    status: 202,
    body: { Details: 'Queued', ...body },
  })

/** Sends on the device of the token and answers as DIGIGO does: `Sent` after WhatsApp's ack, `Queued` for callers who do not wait. */
export const sendAndAnswer = async (
  ctx: OperationContext,
  body: Common,
  content: SendContent,
): Promise<z.input<typeof sendResult> | AnswerValue> => {
  const outcome = await sendOn(ctx, body, content)
  const shown = { Id: outcome.messageId, Timestamp: outcome.at }
  return outcome.state === 'sent' ? { Details: 'Sent', ...shown } : queued(shown)
}
