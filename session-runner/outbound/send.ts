import { setTimeout as sleep } from 'node:timers/promises'
import { proto } from '@whiskeysockets/baileys'
import type { Command, WorkOf } from '#domains/commands/model.ts'
import { applyToTarget } from '#domains/messages/apply.ts'
import { type MessageFailure, PROTO_KEPT_SECONDS, STATUS_RANK } from '#domains/messages/model.ts'
import { openedBy } from '#domains/messages/opened.ts'
import { named } from '#domains/messages/outcome.ts'
import { failMessage, findStatus, recordOutbound } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import type { DeviceSession, Online } from '../connection/device-session.ts'
import type { RunnerServices } from '../services.ts'
import type { Ack } from './acks.ts'
import { type Composed, compose } from './compose.ts'
import { groupRefusal, refusal } from './failures.ts'
import { asMessage, refOf } from './message-item.ts'
import { sendPost } from './newsletter-post.ts'
import { type RelayOptions, relayOptions } from './relay-options.ts'
import { secretOf } from './structured-content.ts'
import { untilOnline } from './until-online.ts'

type Send = WorkOf<'message.send'>

/**
 * How a command came: how often it was received, when (monotonic), and a signal that asks to give it back. `waits` is told when it
 * begins and ends to wait for the device's connection.
 */
export type Delivery = {
  receiveCount: number
  receivedMs: number
  giveBack: AbortSignal
  waits: (isWaiting: boolean) => void
}

const ACK_DEADLINE_MS = 20_000
const KEPT_TRYING_MS = 10 * 60_000
const TRIES_WHEN_SILENT = 2
const TRIES_WHEN_BROKEN = 3

/**
 * Sends one message: exactly one effect, however often the command is delivered. The message id is fixed, so a repeated frame
 * is the same message to the recipient, and a command that was carried out before is recognised by the message's state.
 */
export const makeSender = (services: RunnerServices) => {
  const { ctx, metrics } = services

  const failed = async (command: Command, work: Send, failure: MessageFailure): Promise<void> => {
    metrics.count('MessagesFailed')
    const error = named(failure, work.to)
    const ref = refOf(command, work)
    if (await failMessage(ctx, ref, error)) return
    const message = asMessage(command, work, { status: 'failed', rank: STATUS_RANK.failed, error })
    // Lost to the accepting side at the last moment: then the item is there and can fail.
    if (!(await recordOutbound(ctx, message))) await failMessage(ctx, ref, error)
  }

  /** What an edit, a deletion or a reaction changes on the message it is about. */
  const applyTo = async (command: Command, work: Send, atMs: number): Promise<void> => {
    await applyToTarget(ctx, asMessage(command, work, { timestamp: isoTime(atMs) }))
  }

  const sent = async (command: Command, work: Send, atMs: number, message: proto.IMessage): Promise<void> => {
    metrics.count('MessagesSent')
    const kept = {
      proto: proto.Message.encode(message).finish(),
      // Votes and answers come long after, and only the secret inside opens them.
      protoUntil: secretOf(work.content) ? undefined : Math.floor(atMs / 1000) + PROTO_KEPT_SECONDS,
    }
    const full = asMessage(command, work, { ...kept, status: 'sent', rank: STATUS_RANK.sent, sentAt: isoTime(atMs) })
    await services.status.sent(refOf(command, work), atMs, kept, () => recordOutbound(ctx, full, openedBy))
    await applyTo(command, work, atMs)
  }

  const isDoneBefore = async (command: Command, work: Send): Promise<boolean> => {
    const known = await findStatus(ctx, refOf(command, work))
    return known !== undefined && known.status !== 'accepted'
  }

  const showTyping = async (online: Online, work: Send): Promise<void> => {
    const ms = work.context.typingMs
    if (!ms) return
    const kind = work.content.kind === 'audio' ? 'recording' : 'composing'
    await online.socket.sendPresenceUpdate(kind, work.to).catch(() => undefined)
    await sleep(Math.min(ms, ACK_DEADLINE_MS))
    await online.socket.sendPresenceUpdate('paused', work.to).catch(() => undefined)
  }

  const relay = async (
    online: Online,
    work: Send,
    { message, post }: Composed,
    delivery: Delivery,
    options: RelayOptions,
  ): Promise<Ack> => {
    const answer = online.acks.expect(work.messageId, ACK_DEADLINE_MS)
    services.sending.set(work.messageId, message)
    try {
      if (post) await sendPost(online.socket, work, post)
      else await online.socket.relayMessage(work.to, message, { messageId: work.messageId, ...options })
      metrics.time('SendToFrame', ctx.clock.monotonicMs() - delivery.receivedMs)
    } catch (error) {
      online.acks.cancel(work.messageId)
      throw error
    }
    return answer
  }

  const finish = (command: Command, work: Send, ack: Ack, message: proto.IMessage): Promise<void> | undefined => {
    if (ack.kind === 'ok') return sent(command, work, ack.atMs, message)
    if (ack.kind === 'refused') {
      metrics.count('MessagesRefused')
      return failed(command, work, refusal(ack.code))
    }
    return undefined
  }

  const carryOut = async (
    session: DeviceSession,
    command: Command,
    work: Send,
    delivery: Delivery,
  ): Promise<'giveBack' | { after: Promise<void> }> => {
    if (delivery.receiveCount > 1 && (await isDoneBefore(command, work))) return { after: Promise.resolve() }
    const endMs = Math.max(Date.parse(command.deadlineAt), Date.parse(work.acceptedAt) + KEPT_TRYING_MS)
    let composed: Composed | undefined
    let silent = 0
    let broken = 0
    for (;;) {
      const online = await untilOnline(ctx.clock, session, endMs, delivery)
      if (online === 'giveBack') return 'giveBack'
      if ('failure' in online) return { after: failed(command, work, online.failure) }
      try {
        if (!composed) {
          composed = await compose(services, session, online, command, work)
          await showTyping(online, work)
        }
        const options = await relayOptions(ctx, session.device(), work, online.socket)
        const ack = await relay(online, work, composed, delivery, options)
        const done = finish(command, work, ack, composed.message)
        if (done) {
          const tookMs = ctx.clock.monotonicMs() - delivery.receivedMs
          metrics.time('SendToAck', tookMs)
          if (services.config.benchTimings) ctx.log.info('timing: sent', { ms: Math.round(tookMs * 10) / 10 })
          return { after: done }
        }
        metrics.count('MessagesUnanswered')
        if (ack.kind === 'none' && !ack.closed) silent += 1
      } catch (error) {
        const refused = groupRefusal(work.to, error)
        if (refused) return { after: failed(command, work, refused) }
        if (session.online()?.socket === online.socket) broken += 1
        ctx.log.warn('send attempt failed', { deviceId: session.id, messageId: work.messageId, error: String(error) })
        await sleep(100)
      }
      if (silent >= TRIES_WHEN_SILENT) {
        return {
          after: failed(command, work, {
            code: 'outcome_unknown',
            message: 'WhatsApp did not acknowledge the message.',
          }),
        }
      }
      if (broken >= TRIES_WHEN_BROKEN) {
        return {
          after: failed(command, work, { code: 'send_failed', message: 'The message could not be encoded or sent.' }),
        }
      }
    }
  }

  return {
    /**
     * Carries the command out. `giveBack`: nothing was done, somebody else shall do it. Otherwise `after` settles when the
     * outcome is stored; only then the command may be deleted. The next message may be sent meanwhile.
     */
    send: async (
      session: DeviceSession,
      command: Command,
      work: Send,
      delivery: Delivery,
    ): Promise<'giveBack' | { after: Promise<void> }> => {
      const forget = (): void => void services.sending.delete(work.messageId)
      try {
        const outcome = await carryOut(session, command, work, delivery)
        if (outcome !== 'giveBack') return { after: outcome.after.finally(forget) }
      } catch (error) {
        forget()
        throw error
      }
      forget()
      return 'giveBack'
    },

    failed,
  }
}

/** Sends messages. */
export type Sender = ReturnType<typeof makeSender>
