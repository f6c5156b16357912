import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { isPlaceOnly } from './awaited.ts'
import { messageDelivered, messageRead, messageSent } from './events.ts'
import { type Message, messageKey, STATUS_RANK } from './model.ts'
import { findMessage, type MessageRef } from './repo.ts'

/** The states an outbound message rises through, in order. */
const LADDER = [
  { status: 'sent', event: messageSent, time: 'sentAt' },
  { status: 'delivered', event: messageDelivered, time: 'deliveredAt' },
  { status: 'read', event: messageRead, time: 'readAt' },
] as const

/** States an outbound message can rise to. */
export type RisingStatus = (typeof LADDER)[number]['status']

type Times = Partial<Record<RisingStatus, number>>

type Person = { jid: string; phone?: string; lid?: string }

type Options = {
  expected: 'accepted' | 'sent' | 'delivered'
  set?: Partial<Message>
  /** Whose receipt it was, per state. */
  by?: Partial<Record<RisingStatus, Person>>
}

/**
 * Raises an outbound message to `top` in one write that announces every state on the way (WhatsApp leaves out receipts that
 * follow from later ones). `times` are epoch milliseconds per state; a state without one takes the next later time, and likewise the person. `expected`
 * is the state the message most likely has: right, it saves a second call. `missing`: no such message; `behind`: it is there
 * already, or failed.
 */
export const raiseStatus = async (
  ctx: Context,
  ref: MessageRef,
  top: RisingStatus,
  times: Times,
  options: Options,
): Promise<'done' | 'behind' | 'missing'> => {
  const outcome = await raiseThere(ctx, ref, top, times, options)
  if (outcome !== 'missing') return outcome
  // Its conversation may have gone up in another one.
  const moved = await findMessage(ctx, ref)
  return moved ? raiseThere(ctx, { ...ref, conversationId: moved.conversationId }, top, times, options) : 'missing'
}

const raiseThere = async (
  ctx: Context,
  ref: MessageRef,
  top: RisingStatus,
  times: Times,
  options: Options,
): Promise<'done' | 'behind' | 'missing'> => {
  let rank: number = STATUS_RANK[options.expected]
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const steps = LADDER.filter(
      (step) => STATUS_RANK[step.status] > rank && STATUS_RANK[step.status] <= STATUS_RANK[top],
    )
    if (steps.length === 0) return 'behind'
    const outcome = await ctx.main.update<Message>(messageKey(ref.tenantId, ref.conversationId, ref.messageId), {
      set: {
        ...options.set,
        status: top,
        rank: STATUS_RANK[top],
        changedAt: isoTime(ctx.clock.nowMs()),
        ...Object.fromEntries(
          steps.map((step) => [step.time, isoTime(atOrAfter(times, step.status) ?? ctx.clock.nowMs())]),
        ),
      },
      condition: { text: 'attribute_exists(#pk) AND #rank = :seen', values: { seen: rank } },
      events: steps.map((step) => raise(step.event, ctx.clock.nowMs(), factsOf(options, step.status))),
      returns: 'none',
    })
    if ('item' in outcome) return 'done'
    if (!outcome.lost || isPlaceOnly(outcome.lost)) return 'missing'
    rank = outcome.lost.rank
  }
  throw new Error('the status of a message keeps changing')
}

/** What is known of a state, or of the next later one of which something is known. */
const atOrAfter = <T>(known: Partial<Record<RisingStatus, T>>, status: RisingStatus): T | undefined => {
  const from = LADDER.findIndex((step) => step.status === status)
  return LADDER.slice(from)
    .map((step) => known[step.status])
    .find((value) => value !== undefined)
}

const factsOf = ({ by = {} }: Options, status: RisingStatus): { by: Person } | undefined => {
  const person = status === 'sent' ? undefined : atOrAfter(by, status)
  return person && { by: person }
}
