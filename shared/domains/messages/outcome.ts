import { type AppError, type ErrorCode, fail, isErrorCode } from '#kit/errors.ts'
import type { Message, MessageFailure } from './model.ts'

/** What WhatsApp's code for a refused message says of the person or the group that it was for. */
const SAID_OF_PERSON: Record<number, ErrorCode> = { 404: 'not_on_whatsapp' }
const SAID_OF_GROUP: Record<number, ErrorCode> = {
  401: 'not_group_member',
  403: 'forbidden',
  404: 'group_unknown',
  420: 'forbidden',
}

const saidOf = (to: string, providerCode: number): ErrorCode | undefined => {
  if (to.endsWith('@g.us')) return SAID_OF_GROUP[providerCode]
  return /@(s\.whatsapp\.net|lid)$/.test(to) ? SAID_OF_PERSON[providerCode] : undefined
}

const codeOf = ({ code, providerCode }: MessageFailure, to: string): ErrorCode => {
  if (!isErrorCode(code) || code === 'internal_error') return 'send_failed'
  return (code === 'send_failed' && providerCode !== undefined && saidOf(to, providerCode)) || code
}

/** Errors whose own words say more than those of the failure they stand for. */
const OWN_WORDS: readonly ErrorCode[] = ['not_on_whatsapp', 'not_group_member', 'group_unknown']

/** A failure of a message to the JID `to` by the catalogue's reason, which is what WhatsApp's code says of the person or group. */
export const named = (error: MessageFailure, to: string): MessageFailure & { code: ErrorCode } => {
  const code = codeOf(error, to)
  return { ...error, code, message: OWN_WORDS.includes(code) ? fail(code).message : error.message }
}

/** The error a caller gets for a message to the JID `to` that failed; `id` names the message. */
export const failureOf = (error: MessageFailure | undefined, id: string, to: string): AppError => {
  if (!error) return fail('send_failed', { data: { id } })
  const { code, message, providerCode } = named(error, to)
  return fail(code, { message, data: { id, ...(providerCode !== undefined && { providerCode }) } })
}

/** The error for a message whose outcome is not known in time: it stays queued. */
export const unknownOutcome = (id: string): AppError =>
  fail('outcome_unknown', {
    message: `WhatsApp has not answered in time. Message ${id} stays queued and is still sent when that becomes possible.`,
    data: { id },
  })

/** How far an outbound message is, as a waiting caller sees it; undefined while it waits. */
export const isAcknowledged = (message: Pick<Message, 'status'>): boolean =>
  message.status === 'sent' || message.status === 'delivered' || message.status === 'read'
