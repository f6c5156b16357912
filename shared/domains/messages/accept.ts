import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { type CommandPort, dispatch, makeCommand } from '../commands/dispatch.ts'
import type { MessageContent } from '../commands/model.ts'
import { userOf } from '../contacts/model.ts'
import { type Mover, PREVIEW_LENGTH } from '../conversations/model.ts'
import type { Thread } from '../conversations/threads.ts'
import { isTurn, takeTurn } from '../conversations/turns.ts'
import type { Device } from '../devices/model.ts'
import { contentFacts } from './content-facts.ts'
import { type Message, STATUS_RANK, threadTime } from './model.ts'
import { recordOutbound } from './repo.ts'
import type { SendInput } from './send.ts'

/** A message whose every fact is settled, ready to be queued. */
export type Accepted = { input: SendInput; device: Device; thread: Thread; id: string; content: MessageContent }

/** Puts the message into the device's queue, then stores it and makes it the conversation's newest. Gives it as it was stored. */
export const accept = async (ctx: Context, commands: CommandPort, accepted: Accepted): Promise<Message> => {
  const { input, device, thread, id, content } = accepted
  const acceptedMs = ctx.clock.nowMs()
  const message = messageOf(accepted, acceptedMs)
  const command = makeCommand(
    ctx.clock,
    device,
    {
      type: 'message.send',
      conversationId: thread.conversationId,
      messageId: id,
      to: input.to.jid,
      content,
      context: { ...input.context, echo: input.echo },
      source: message.source,
      userId: input.userId,
      acceptedAt: message.timestamp,
    },
    // The same id for every repetition: the queue lets only the first one through. Other devices may use the id as well.
    { id: `cmd_${device.id}_${id}` },
  )
  await dispatch(commands, device, command)
  await Promise.all([recordOutbound(ctx, message), touch(ctx, message)])
  return message
}

const messageOf = ({ input, device, thread, id, content }: Accepted, acceptedMs: number): Message => {
  const { to } = input
  const acceptedAt = isoTime(acceptedMs)
  const facts = contentFacts(content)
  return {
    tenantId: device.tenantId,
    deviceId: device.id,
    conversationId: thread.conversationId,
    messageId: id,
    direction: 'out',
    kind: content.kind,
    status: 'accepted',
    rank: STATUS_RANK.accepted,
    chat: to.jid,
    phone: to.address.pn && userOf(to.address.pn),
    lid: to.address.lid && userOf(to.address.lid),
    ...facts,
    payload: input.echo ? { ...facts.payload, echoApi: true } : facts.payload,
    quotedId: input.context?.quotedId,
    isGroup: to.isGroup,
    source: 'api',
    userId: input.userId,
    at: threadTime(acceptedMs, id),
    timestamp: acceptedAt,
    acceptedAt,
  }
}

const touch = async (ctx: Context, message: Message): Promise<void> => {
  const { tenantId, conversationId, chat, messageId, direction, kind, text, timestamp, status, userId } = message
  if (!isTurn(message)) return
  const last = { messageId, direction, kind, text: (text ?? '').slice(0, PREVIEW_LENGTH), at: timestamp, status }
  const by: Mover = userId === undefined ? { kind: 'key' } : { kind: 'user', id: userId }
  await takeTurn(ctx, { tenantId, conversationId, chat, last, by })
}
