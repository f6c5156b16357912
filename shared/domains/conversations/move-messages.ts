import { absent, type Condition, type Key } from '#data/expressions.ts'
import { OUTBOX_ATTRIBUTE } from '#data/outbox.ts'
import type { Item, Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { isBusy } from '#kit/errors.ts'
import { applyToTarget } from '../messages/apply.ts'
import {
  asBefore,
  copyWaiting,
  type InPlace,
  isOpened,
  isPlaceOnly,
  removalOf,
  waitingFor,
  withWaiting,
} from '../messages/awaited.ts'
import { messageKey } from '../messages/model.ts'
import { conversationKey } from './model.ts'

type Stored = Item & InPlace

const PAGE = 50
const AT_ONCE = 8
const TRIES = 6

/** The message as it is to lie in the other conversation. Its events have left with the write they were made for. */
const movedItem = (stored: Stored, into: number, changedAt: string): Record<string, unknown> => {
  const { [OUTBOX_ATTRIBUTE]: _told, ...rest } = stored
  return { ...rest, ...messageKey(stored.tenantId, into, stored.messageId), conversationId: into, changedAt }
}

/** How much an item says of its message: nothing, that it could not be opened, or what it is. */
const saysOf = (item: InPlace): number => (isPlaceOnly(item) ? 0 : isOpened(item) ? 2 : 1)

/** Whether `left` says more than what lies in the other conversation under the same id. */
const isFurther = (left: Stored, there: InPlace | undefined): boolean => {
  if (!there) return true
  const more = saysOf(left) - saysOf(there)
  return more > 0 || (more === 0 && isOpened(left) && left.rank > there.rank)
}

/** Nobody raised or completed the message since it was read, and nothing more waits for it. */
const asRead = (read: Pick<InPlace, 'rank' | 'kind' | 'awaited'>): Condition => {
  const { text, values } = asBefore(read)
  return { text: `#rank = :rank AND ${text}`, values: { ...values, rank: read.rank } }
}

/** What the other conversation is to hold of a message, what else is to be written with it, and what is to be done after. */
type Moved = { item: Stored | undefined; more: Write[]; after?: () => Promise<void> }

/** What waits in either conversation for the message waits in the other one then, or is part of what lies there. */
const withWaitingOf = async (ctx: Context, stored: Stored, there: Stored | undefined, into: number): Promise<Moved> => {
  const further = !there || isFurther(stored, there) ? stored : there
  const awaited = (stored.awaited ?? 0) + (there?.awaited ?? 0)
  if (awaited === 0) return { item: further === stored ? stored : undefined, more: [] }
  const leave = await copyWaiting(ctx, stored, into)
  if (!isOpened(further)) {
    const awaitedBytes = (stored.awaitedBytes ?? 0) + (there?.awaitedBytes ?? 0)
    return { item: { ...further, awaited, awaitedBytes }, more: [], after: leave }
  }
  const waiting = await waitingFor(ctx, { ...stored, conversationId: into })
  const { writes: more, rest } = removalOf(ctx, waiting)
  const after = () => Promise.all([leave(), rest()]).then(() => undefined)
  if (further === stored) {
    const whole = await withWaiting(ctx, further, waiting)
    return { item: { ...stored, ...whole, awaited: undefined, awaitedBytes: undefined }, more, after }
  }
  // What lies there may be changed meanwhile by others.
  for (const { about } of waiting) await applyToTarget(ctx, { ...about, conversationId: into })
  return { item: undefined, more, after }
}

const moveOne = async (ctx: Context, key: Key, into: number): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await ctx.main.get<Stored>(key)
    if (!stored) return
    const there = await ctx.main.get<Stored>(messageKey(stored.tenantId, into, stored.messageId))
    const { item, more, after } = await withWaitingOf(ctx, stored, there, into)
    const condition = there ? asRead(there) : absent
    const put = item && { put: movedItem(item, into, isoTime(ctx.clock.nowMs())), condition }
    try {
      const { ok } = await ctx.main.transact([
        ...(put ? [put] : []),
        { remove: key, condition: asRead(stored) },
        ...more,
      ])
      if (ok) return await after?.()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (attempt >= TRIES) throw new Error('a message could not be moved: it keeps changing')
  }
}

/**
 * Moves the messages of a conversation into another one, each in one transaction: at no time is one lost, or in both. One that both
 * have stays once, as it is further.
 */
export const moveMessages = async (
  ctx: Context,
  { tenantId, from, into }: { tenantId: string; from: number; into: number },
): Promise<void> => {
  const { pk } = conversationKey(tenantId, from)
  for (;;) {
    const { items } = await ctx.main.query<Key>({ pk, prefix: 'M#', limit: PAGE })
    if (items.length === 0) return
    while (items.length > 0) {
      await Promise.all(items.splice(0, AT_ONCE).map(({ sk }) => moveOne(ctx, { pk, sk }, into)))
    }
  }
}
