import { z } from 'zod'
import { requireMessage } from '#domains/chats/known-message.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { isEmoji } from '#kit/emoji.ts'
import { fail } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { threads } from '#services'
import { messageIdField } from './_chat.ts'
import { sendErrors } from './_send.ts'

/** Marks a reaction to a message of one's own; the document puts it before the phone, its example before the id. */
const OWN = 'me:'

/** What clients of this API family send to take a reaction away. */
const REMOVE = 'remove'

const withoutMark = (text: string): string => (text.startsWith(OWN) ? text.slice(OWN.length) : text)

export const operation = defineOperation({
  key: 'digigo POST /chat/react',
  group: 'Chat',
  summary: 'React to a message',
  description:
    'The message has to be known here. A reaction to a message of your own is marked with "me:" before Phone or Id; "remove" as Body takes the reaction away. Id is the message that was reacted to, ReactionId the reaction itself.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Phone: z.string().min(1),
      Body: z.string().refine((text) => text === REMOVE || isEmoji(text), { message: 'is one emoji' }),
      Id: messageIdField,
    }),
  },
  output: z.object({ Details: z.string(), Id: z.string(), Timestamp: z.string(), ReactionId: z.string() }),
  errors: [...sendErrors, 'not_found'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Body: '❤️', Id: 'me:3EB06F9067F80BAB89FF' } },
  handler: async (ctx, { body }) => {
    const to = parseRecipient(withoutMark(body.Phone), 'Phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const isMarked = body.Phone.startsWith(OWN) || body.Id.startsWith(OWN)
    const target = await requireMessage(ctx, threads(), device, to.jid, withoutMark(body.Id))
    const { messageId, participant } = target
    const fromMe = target.direction === 'out'
    if (isMarked && !fromMe)
      throw fail('not_found', { message: 'There is no message of yours of that id in the chat.' })
    const emoji = body.Body === REMOVE ? '' : body.Body
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content: { kind: 'reaction', target: { chat: to.jid, messageId, fromMe, participant }, emoji },
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
      async: ctx.preferAsync,
    })
    const shown = { Id: messageId, Timestamp: outcome.at, ReactionId: outcome.messageId }
    if (outcome.state === 'sent') return { Details: 'Sent', ...shown }
    return answer({
      status: 202,
      body: { Details: 'Queued', ...shown },
    })
  },
})
