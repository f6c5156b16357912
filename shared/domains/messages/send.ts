import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { newWaMessageId } from '#kit/ids.ts'
import { type Recipient, readRecipient } from '#kit/phone.ts'
import { ask, type CommandPort, SYNC_WAIT_MS } from '../commands/dispatch.ts'
import type { MessageContext } from '../commands/model.ts'
import { type Pace, pollUntil } from '../commands/poll.ts'
import { userOf } from '../contacts/model.ts'
import type { Thread, Threads } from '../conversations/threads.ts'
import type { Device } from '../devices/model.ts'
import { getDevice } from '../devices/repo.ts'
import type { MediaBucket } from '../media/bucket.ts'
import { accept } from './accept.ts'
import { claimMessageId, isRepeated } from './caller-ids.ts'
import type { Message } from './model.ts'
import { contentOf, digestOf, type SendContent } from './outbound-content.ts'
import { failureOf, isAcknowledged, unknownOutcome } from './outcome.ts'
import { findMessage, findStatus, type MessageRef } from './repo.ts'
import { assertCanSend, type Readiness } from './send-rules.ts'

export type { SendContent }

/** What sending needs beside the main table. The bucket is asked for only when there is media. */
export type SendPorts = { commands: CommandPort; threads: Threads; media: () => MediaBucket }

/** One message to send. */
export type SendInput = {
  tenantId: string
  deviceId: string
  /** Given when the caller has read it already. */
  device?: Device
  to: Recipient
  content: SendContent
  context?: MessageContext
  readiness: Readiness
  /** Id that the caller chose for the message. */
  messageId?: string
  /** Id that an `Idempotency-Key` stands for: repetitions carry the same one. */
  reservedId?: string
  /** Name of the contact, if this makes it. */
  name?: string
  /** Ask WhatsApp first whether the number exists. */
  numberCheck?: boolean
  /** The user who sends it; absent for an API credential. */
  userId?: number
  /** Announce the sent message to the device's own webhook. */
  echo?: boolean
  /** Do not wait for WhatsApp. */
  async?: boolean
}

/** A message that WhatsApp acknowledged (`sent`), or one that waits in the queue (`queued`). */
export type SendOutcome = {
  state: 'sent' | 'queued'
  messageId: string
  conversationId: number
  contactId?: number
  /** When WhatsApp acknowledged it, or when it was accepted. RFC 3339. */
  at: string
  device: Device
}

const CHECK_WAIT_MS = 10_000

/**
 * Sends one message and waits until WhatsApp has acknowledged it. It is durable in the device's queue before anything is
 * promised, and its id is fixed, so every repetition is the same message. Throws the errors of `assertCanSend` and
 * `storeMedia`, `not_on_whatsapp`, `conflict` (id used for something else), the reason of a failure, and `outcome_unknown`
 * when the answer takes too long: then the message stays queued.
 */
export const sendMessage = async (ctx: Context, ports: SendPorts, input: SendInput): Promise<SendOutcome> => {
  const endMs = ctx.clock.monotonicMs() + SYNC_WAIT_MS
  const digest = input.messageId === undefined ? undefined : digestOf(input)
  const [device, known, repeated] = await Promise.all([
    input.device ?? getDevice(ctx, input.tenantId, input.deviceId),
    ports.threads.find(ctx, input.tenantId, input.deviceId, input.to.jid),
    input.messageId !== undefined && digest !== undefined
      ? isRepeated(ctx, input.deviceId, input.messageId, digest)
      : false,
  ])
  const id = input.messageId ?? input.reservedId ?? newWaMessageId()
  if (known && (repeated || input.reservedId !== undefined)) {
    const before = await findMessage(ctx, { ...known, tenantId: input.tenantId, messageId: id })
    if (before) return await settle(ctx, input, device, known, before, endMs)
  }
  assertCanSend(device, input.readiness)
  const to = input.numberCheck ? await registered(ports.commands, device, input.to) : input.to
  const content = await contentOf(ctx, ports.media, input, input.content)
  const thread =
    (to.jid === input.to.jid ? known : undefined) ??
    (await ports.threads.resolve(ctx, input, to.address, input.name, 'people'))
  if (input.messageId !== undefined && digest !== undefined) {
    const taken = await claimMessageId(ctx, device.id, input.messageId, digest)
    const before = taken && (await findMessage(ctx, { ...thread, tenantId: input.tenantId, messageId: id }))
    if (before) return await settle(ctx, input, device, thread, before, endMs)
  }
  const message = await accept(ctx, ports.commands, { input: { ...input, to }, device, thread, id, content })
  return settle(ctx, input, device, thread, message, endMs, ports.commands.sendPace)
}

/** What WhatsApp makes of a number, which may differ in a digit. Throws `not_on_whatsapp`; what is no number is taken as it is. */
const registered = async (commands: CommandPort, device: Device, to: Recipient): Promise<Recipient> => {
  if (!to.address.pn) return to
  const work = { type: 'users.check' as const, phones: [userOf(to.address.pn)] }
  const [found] = (await ask(commands, device, work, CHECK_WAIT_MS)) as { exists: boolean; jid?: string }[]
  if (!found?.exists) throw fail('not_on_whatsapp')
  return (found.jid ? readRecipient(found.jid) : undefined) ?? to
}

/** Gives the outcome of an accepted message: at once for a caller that does not wait, else when it is known. */
const settle = async (
  ctx: Context,
  input: SendInput,
  device: Device,
  { conversationId, contactId }: Thread,
  message: Message,
  endMs: number,
  pace?: Pace,
): Promise<SendOutcome> => {
  const { messageId, tenantId } = message
  const outcome = { messageId, conversationId, contactId, device }
  let now: Pick<Message, 'status' | 'error' | 'sentAt'> = message
  if (message.status === 'accepted') {
    if (input.async) return { ...outcome, state: 'queued', at: message.timestamp }
    const ref: MessageRef = { tenantId, conversationId, messageId }
    const look = async () => {
      const found = await findStatus(ctx, ref)
      return found?.status === 'accepted' ? undefined : found
    }
    const known = await pollUntil(ctx.clock, Math.max(500, endMs - ctx.clock.monotonicMs()), look, pace)
    if (!known) throw unknownOutcome(messageId)
    now = known
  }
  if (!isAcknowledged(now)) throw failureOf(now.error, messageId, input.to.jid)
  return { ...outcome, state: 'sent', at: now.sentAt ?? message.timestamp }
}
