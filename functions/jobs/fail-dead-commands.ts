import { z } from 'zod'
import { sessionTable } from '#data/tables.ts'
import { storeReply } from '#domains/commands/dispatch.ts'
import { type Command, command, type WorkOf } from '#domains/commands/model.ts'
import { userOf } from '#domains/contacts/model.ts'
import { contentFacts } from '#domains/messages/content-facts.ts'
import { type Message, type MessageFailure, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { failMessage, findStatus, recordOutbound } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import { defineJob } from '#kit/define-job.ts'
import { emitMetric } from '#kit/metrics.ts'
import type { QueueRecord } from '#kit/queue-records.ts'

/** What senders read when their command was tried in vain until the queue gave it up. */
const FAILURE: MessageFailure = {
  code: 'send_failed',
  message: 'The message was not sent: the device could not carry it out in several attempts. Send it again.',
}

/** Answers for a command nobody could carry out: its message fails, or its waiting caller gets an error. */
export const failDeadCommand = async (
  ctx: Context,
  dead: Command,
  reply: (commandId: string, message: string) => Promise<void>,
): Promise<void> => {
  if (dead.work.type !== 'message.send') {
    return reply(dead.id, 'The device could not carry this out in several attempts.')
  }
  const { conversationId, messageId } = dead.work
  const ref = { tenantId: dead.tenantId, conversationId, messageId }
  const found = await findStatus(ctx, ref)
  // A message that WhatsApp acknowledged is sent, whatever became of its command afterwards.
  if (found && found.status !== 'accepted') return
  const failed = found ? await failMessage(ctx, ref, FAILURE) : await recordOutbound(ctx, lostMessage(dead, dead.work))
  if (failed) emitMetric('SendFailed', 1, FAILURE.code)
}

/** The message of a send whose caller ended before it had stored it, as failed. */
const lostMessage = (dead: Command, work: WorkOf<'message.send'>): Message => {
  const { content, messageId, conversationId, to, source, acceptedAt } = work
  return {
    tenantId: dead.tenantId,
    deviceId: dead.deviceId,
    conversationId,
    messageId,
    direction: 'out',
    kind: content.kind,
    status: 'failed',
    rank: STATUS_RANK.failed,
    chat: to,
    phone: to.endsWith('@s.whatsapp.net') ? userOf(to) : undefined,
    lid: to.endsWith('@lid') ? userOf(to) : undefined,
    ...contentFacts(content),
    isGroup: to.endsWith('@g.us'),
    source,
    error: FAILURE,
    at: threadTime(Date.parse(acceptedAt), messageId),
    timestamp: acceptedAt,
    acceptedAt,
  }
}

/** A command whose work has a kind this version does not know still names itself. */
const named = z.object({ id: z.string() })

const work = async (ctx: Context, record: QueueRecord): Promise<void> => {
  const reply = (commandId: string, message: string): Promise<void> =>
    storeReply(sessionTable(), ctx.clock, commandId, { ok: false, code: 'upstream_error', message })
  const parsed = command.safeParse(record.body)
  if (parsed.success) {
    ctx.log.warn('a command was given up', { commandId: parsed.data.id, work: parsed.data.work.type })
    return failDeadCommand(ctx, parsed.data, reply)
  }
  // Throws when not even an id is there: the record then stays in the last queue, where an alarm points at it.
  const { id } = named.parse(record.body)
  ctx.log.error('a command could not be read', { commandId: id })
  await reply(id, 'The command could not be read.')
}

export const job = defineJob({
  name: 'fail-dead-commands',
  summary:
    'Ends commands that nobody could carry out: the message fails with a reason, a waiting caller gets an error.',
  trigger: { kind: 'queue', queue: 'commandsDead', batchSize: 10 },
  needs: { main: 'readWrite', session: 'readWrite' },
  handler: (ctx, record) => work(ctx, record as QueueRecord),
})
