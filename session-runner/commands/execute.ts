import { z } from 'zod'
import { storeReply } from '#domains/commands/dispatch.ts'
import { type Command, command as commandSchema } from '#domains/commands/model.ts'
import { failMessage } from '#domains/messages/repo.ts'
import { toAppError } from '#kit/errors.ts'
import type { DeviceSession } from '../connection/device-session.ts'
import type { Delivery, Sender } from '../outbound/send.ts'
import type { RunnerServices } from '../services.ts'
import type { CommandHandler, QueryType } from './handler.ts'
import { HANDLERS } from './registry.ts'

/** What becomes of a queue message. `delete` waits for `after`; `retry` gives it back for so many seconds. */
export type Outcome = { delete: true; after: Promise<void> } | { retrySeconds: number }

const GIVE_UP_AFTER = 6

const lenientSend = z.object({
  tenantId: z.string(),
  work: z.object({ conversationId: z.number(), messageId: z.string() }),
})

/** Carries out commands: sends by the sender, everything else by its handler with a reply for the waiting caller. */
export const makeExecutor = (
  services: RunnerServices,
  sender: Sender,
  sessionOf: (deviceId: string) => Promise<DeviceSession | undefined>,
) => {
  const { ctx } = services

  const query = async (command: Command, delivery: Delivery): Promise<void> => {
    const { work } = command
    if (work.type === 'message.send') return
    if (
      Date.parse(command.deadlineAt) < ctx.clock.nowMs() &&
      work.type !== 'device.reconcile' &&
      work.type !== 'device.logout'
    ) {
      return
    }
    const session = await sessionOf(command.deviceId)
    try {
      if (!session) throw new Error('the device is not known')
      delivery.waits(!session.online())
      const handler = HANDLERS[work.type] as CommandHandler<QueryType>
      const result = await handler(services, session, work)
      await storeReply(services.session, ctx.clock, command.id, { ok: true, result })
    } catch (error) {
      const known = toAppError(error)
      if (known.code === 'internal_error') {
        services.metrics.count('CommandsFailed')
        ctx.log.warn('command failed', { deviceId: command.deviceId, type: work.type, error: String(error) })
      }
      // What the client throws is mostly WhatsApp's own refusal.
      const code = known.code === 'internal_error' ? 'upstream_error' : known.code
      const message = known.code === 'internal_error' && error instanceof Error ? error.message : known.message
      await storeReply(services.session, ctx.clock, command.id, { ok: false, code, message })
    }
  }

  const send = async (command: Command, delivery: Delivery): Promise<Outcome> => {
    if (command.work.type !== 'message.send') return { delete: true, after: query(command, delivery) }
    const session = await sessionOf(command.deviceId)
    if (!session) {
      const error = { code: 'device_not_connected', message: 'The device does not exist any more.' }
      return { delete: true, after: sender.failed(command, command.work, error) }
    }
    const outcome = await sender.send(session, command, command.work, delivery)
    return outcome === 'giveBack' ? { retrySeconds: 0 } : { delete: true, after: outcome.after }
  }

  /** A body nobody can carry out: its message, if it names one, ends as failed; the queue moves it to the dead letters. */
  const poison = async (body: unknown): Promise<Outcome> => {
    services.metrics.count('CommandsFailed')
    ctx.log.error('command not understood')
    const known = lenientSend.safeParse(body)
    if (known.success) {
      const { tenantId, work } = known.data
      await failMessage(
        ctx,
        { tenantId, ...work },
        { code: 'internal_error', message: 'The command was not understood.' },
      )
    }
    return { retrySeconds: 1 }
  }

  return async (text: string, delivery: Delivery): Promise<Outcome> => {
    const body = parseJson(text)
    const parsed = commandSchema.safeParse(body)
    if (!parsed.success) return poison(body)
    const command = parsed.data
    try {
      return await send(command, delivery)
    } catch (error) {
      ctx.log.error('command failed unexpectedly', { deviceId: command.deviceId, error: String(error) })
      if (command.work.type === 'message.send' && delivery.receiveCount >= GIVE_UP_AFTER) {
        const failure = { code: 'internal_error', message: 'The message could not be sent.' }
        return { delete: true, after: sender.failed(command, command.work, failure) }
      }
      return { retrySeconds: Math.min(30, 2 ** delivery.receiveCount) }
    }
  }
}

/** Carries out the command in a queue message. */
export type Executor = ReturnType<typeof makeExecutor>

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
