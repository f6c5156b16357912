import type { Context } from '#kit/context.ts'
import { AppError, toAppError } from '#kit/errors.ts'
import { newWaMessageId, waMessageIdFor } from '#kit/ids.ts'
import type { Recipient } from '#kit/phone.ts'
import { pollUntil } from '../commands/poll.ts'
import type { Device } from '../devices/model.ts'
import { failureOf, isAcknowledged } from '../messages/outcome.ts'
import { findStatus } from '../messages/repo.ts'
import { type SendContent, type SendOutcome, type SendPorts, sendMessage } from '../messages/send.ts'
import type { Named } from './recipients.ts'
import type { ReplyTo } from './reply.ts'

/** What became of a message for one recipient. */
export type SendResult =
  | { name: string; state: 'sent' | 'queued'; messageId: string }
  | { name: string; state: 'failed'; error: AppError }

/** One message to several recipients. `reservedId` is what an `Idempotency-Key` stands for. */
export type SendAll = {
  device: Device
  recipients: Named[]
  content: SendContent
  replyTo: ReplyTo
  reservedId?: string
  /** Do not wait for WhatsApp. */
  async: boolean
}

/** Recipients whose messages are prepared at once: each may hold a file in memory. */
const AT_ONCE = 5

/** Milliseconds from the first acceptance until an answer is due; what WhatsApp has not acknowledged by then is queued. */
const ANSWER_WITHIN_MS = 15_000

/** The message's id for one recipient: the same one in every repetition of the request. */
const idFor = (reservedId: string | undefined, to: Recipient): string =>
  reservedId === undefined ? newWaMessageId() : waMessageIdFor(reservedId, to.jid)

type Accepted = { name: string; jid: string; outcome: SendOutcome }
type Refused = { name: string; error: AppError }

const accept = async (
  ctx: Context,
  ports: SendPorts,
  { device, content, replyTo, reservedId }: SendAll,
  { name, to }: Named,
): Promise<Accepted | Refused> => {
  if (to instanceof AppError) return { name, error: to }
  try {
    const outcome = await sendMessage(ctx, ports, {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content,
      context: await replyTo(to),
      readiness: 'device',
      reservedId: idFor(reservedId, to),
      async: true,
    })
    return { name, jid: to.jid, outcome }
  } catch (error) {
    return { name, error: toAppError(error) }
  }
}

const settle = async (
  ctx: Context,
  ports: SendPorts,
  accepted: Accepted | Refused,
  untilMs: number,
): Promise<SendResult> => {
  if ('error' in accepted) return { ...accepted, state: 'failed' }
  const { name, jid, outcome } = accepted
  const { messageId, conversationId, device, state } = outcome
  const waitMs = untilMs - ctx.clock.monotonicMs()
  if (state === 'sent' || waitMs <= 0) return { name, state, messageId }
  const ref = { tenantId: device.tenantId, conversationId, messageId }
  const look = async () => {
    const found = await findStatus(ctx, ref)
    return found?.status === 'accepted' ? undefined : found
  }
  const known = await pollUntil(ctx.clock, waitMs, look, ports.commands.sendPace)
  if (!known) return { name, state: 'queued', messageId }
  if (isAcknowledged(known)) return { name, state: 'sent', messageId }
  return { name, state: 'failed', error: failureOf(known.error, messageId, jid) }
}

/** Two names of one recipient are one recipient: a group's link and its JID, a number written twice. */
const onceEach = (recipients: Named[]): Named[] => {
  const seen = new Set<string>()
  return recipients.filter(({ to }) => {
    if (to instanceof AppError) return true
    const isNew = !seen.has(to.jid)
    seen.add(to.jid)
    return isNew
  })
}

/**
 * Sends one message to each recipient and tells what became of each, in their order. Every one of them is accepted, with an id of its
 * own, before any outcome is waited for; one that fails holds up no other.
 */
export const sendToAll = async (ctx: Context, ports: SendPorts, wish: SendAll): Promise<SendResult[]> => {
  const untilMs = ctx.clock.monotonicMs() + ANSWER_WITHIN_MS
  const recipients = onceEach(wish.recipients)
  const accepted: (Accepted | Refused)[] = []
  for (let at = 0; at < recipients.length; at += AT_ONCE) {
    const batch = recipients.slice(at, at + AT_ONCE)
    accepted.push(...(await Promise.all(batch.map((recipient) => accept(ctx, ports, wish, recipient)))))
  }
  return Promise.all(accepted.map((one) => settle(ctx, ports, one, wish.async ? 0 : untilMs)))
}
