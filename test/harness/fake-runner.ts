import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { storeReply } from '#domains/commands/dispatch.ts'
import { type Command, command as commandSchema, type WorkOf } from '#domains/commands/model.ts'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice, findDevice } from '#domains/devices/repo.ts'
import { messageKey } from '#domains/messages/model.ts'
import { raiseStatus } from '#domains/messages/receipts.ts'
import { failMessage } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { toAppError } from '#kit/errors.ts'
import type { DomainContext } from './context.ts'
import { waitFor } from './wait.ts'

/** What WhatsApp does with a message: acknowledges it, refuses it with a code, or says nothing. */
type Verdict = 'ack' | 'silence' | { refuse: number } | { fail: string }

/** Stands in for the task that owns devices: takes commands from the queue and does what a test told it to. */
export type FakeRunner = {
  commands: Command[]
  /** Decides about each send; everything is acknowledged at first. */
  onSend: (decide: (work: WorkOf<'message.send'>) => Verdict) => void
  /** Replies to queries of a type; what it throws is the reply of a runner that fails. */
  onQuery: (type: Command['work']['type'], reply: (command: Command) => Promise<unknown> | unknown) => void
  sends: () => WorkOf<'message.send'>[]
  stop: () => Promise<void>
}

/** Starts consuming the context's command queue. */
export const startFakeRunner = (ctx: DomainContext): FakeRunner => {
  const QueueUrl = ctx.stores.queues['commands-0.fifo']
  const commands: Command[] = []
  const queries = new Map<string, (command: Command) => unknown>()
  let decide: (work: WorkOf<'message.send'>) => Verdict = () => 'ack'
  let running = true

  const send = async (command: Command, work: WorkOf<'message.send'>): Promise<void> => {
    const verdict = decide(work)
    const ref = { tenantId: command.tenantId, conversationId: work.conversationId, messageId: work.messageId }
    if (verdict === 'silence') return
    // A network is never so quick that it answers before the caller has recorded the message; this stand-in would be.
    await waitFor('the message to be recorded', () =>
      ctx.main.get(messageKey(ref.tenantId, ref.conversationId, ref.messageId)),
    )
    if (verdict === 'ack') {
      await raiseStatus(ctx, ref, 'sent', { sent: Date.now() }, { expected: 'accepted' })
      return
    }
    const error =
      'refuse' in verdict
        ? { code: 'send_failed', providerCode: verdict.refuse, message: `WhatsApp refused it with ${verdict.refuse}.` }
        : { code: verdict.fail, message: 'It could not be sent.' }
    await failMessage(ctx, ref, error)
  }

  const query = async (command: Command): Promise<void> => {
    const reply = queries.get(command.work.type)
    try {
      const result = reply ? await reply(command) : await reconcile(ctx, command)
      await storeReply(ctx.session, ctx.clock, command.id, { ok: true, result })
    } catch (error) {
      const { code, message } = toAppError(error)
      await storeReply(ctx.session, ctx.clock, command.id, { ok: false, code, message })
    }
  }

  const loop = async (): Promise<void> => {
    while (running) {
      const { Messages } = await ctx.stores.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
      )
      for (const message of Messages ?? []) {
        const command = commandSchema.parse(JSON.parse(message.Body ?? ''))
        commands.push(command)
        if (command.work.type === 'message.send') await send(command, command.work)
        else await query(command)
        await ctx.stores.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
      }
    }
  }
  const done = loop()

  return {
    commands,
    onSend: (next) => {
      decide = next
    },
    onQuery: (type, reply) => queries.set(type, reply),
    sends: () => commands.flatMap(({ work }) => (work.type === 'message.send' ? [work] : [])),
    stop: async () => {
      running = false
      await done
    },
  }
}

/** Connects, disconnects and logs out as the device item asks, without a network behind it. */
const reconcile = async (ctx: DomainContext, command: Command): Promise<unknown> => {
  const device = await findDevice(ctx, command.deviceId)
  if (!device) return {}
  if (command.work.type === 'device.logout') {
    await changeDevice(ctx, device.id, {
      set: { state: 'loggedOut', desired: 'offline', stateAt: isoTime(Date.now()) },
    })
    return { state: 'loggedOut' }
  }
  const set: Partial<Device> =
    device.desired === 'offline'
      ? { state: 'idle' }
      : device.jid === undefined
        ? { state: 'pairing', qr: { code: '2@code,key', expiresAt: isoTime(Date.now() + 60_000) } }
        : { state: 'online' }
  await changeDevice(ctx, device.id, { set: { ...set, stateAt: isoTime(Date.now()) } })
  return set
}
