import { absent, type Key } from '#data/expressions.ts'
import { OUTBOX_ATTRIBUTE } from '#data/outbox.ts'
import type { Item } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { isBusy } from '#kit/errors.ts'
import { type Message, messageKey } from '../messages/model.ts'
import { conversationKey } from './model.ts'

type Stored = Item & Message

const PAGE = 50
const AT_ONCE = 8
const TRIES = 6

/** The message as it is to lie in the other conversation. Its events have left with the write they were made for. */
const movedItem = (stored: Stored, into: number, changedAt: string): Record<string, unknown> => {
  const { [OUTBOX_ATTRIBUTE]: _told, ...rest } = stored
  return { ...rest, ...messageKey(stored.tenantId, into, stored.messageId), conversationId: into, changedAt }
}

/** Whether `left` says more than what lies in the other conversation under the same id. */
const isFurther = (left: Stored, there: Message | undefined): boolean =>
  !there || left.rank > there.rank || (there.kind === 'undecryptable' && left.kind !== 'undecryptable')

/** Nobody raised or completed the message since it was read. */
const asRead = ({ rank, kind }: Message) => ({
  text: '#rank = :rank AND #kind = :kind',
  values: { rank, kind },
})

const moveOne = async (ctx: Context, key: Key, into: number): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await ctx.main.get<Stored>(key)
    if (!stored) return
    const target = messageKey(stored.tenantId, into, stored.messageId)
    const there = await ctx.main.get<Message>(target)
    const remove = { remove: key, condition: asRead(stored) }
    const put = { put: movedItem(stored, into, isoTime(ctx.clock.nowMs())), condition: there ? asRead(there) : absent }
    try {
      const { ok } = await ctx.main.transact(isFurther(stored, there) ? [put, remove] : [remove])
      if (ok) return
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
