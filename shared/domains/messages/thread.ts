import type { Context } from '#kit/context.ts'
import { isAboutAnother, type Message, messageKey, placeOf, threadTime } from './model.ts'

/** A conversation of a tenant. */
type Ref = { tenantId: string; conversationId: number }

/** Some messages in the order of the thread, oldest first, and the place to go on at; undefined where there are no more. */
export type Stretch = { items: Message[]; next: string | undefined }

const READ_AT_ONCE = 250

/** Messages that are looked through for changes: newer ones than these had to be written since. */
const LOOKED_THROUGH = 1000

/** Reads from a place (exclusive) into one direction; only what people see as messages, not what changes others. */
async function* walk(ctx: Context, { tenantId, conversationId }: Ref, direction: 'older' | 'newer', place?: string) {
  let at = place
  for (;;) {
    const page = await ctx.main.query<Message>({
      pk: messageKey(tenantId, conversationId, '').pk,
      index: 'byTime',
      reverse: direction === 'older',
      before: direction === 'older' ? at : undefined,
      after: direction === 'newer' ? at : undefined,
      limit: READ_AT_ONCE,
    })
    for (const message of page.items) if (!isAboutAnother(message)) yield message
    at = page.items.at(-1)?.at
    if (!page.next || at === undefined) return
  }
}

/** Messages of a conversation before or after a place; from its end, or its beginning, where there is no place. */
export const readStretch = async (
  ctx: Context,
  ref: Ref,
  direction: 'older' | 'newer',
  limit: number,
  place?: string,
): Promise<Stretch> => {
  const items: Message[] = []
  let next: string | undefined
  for await (const message of walk(ctx, ref, direction, place)) {
    if (items.length === limit) {
      next = items.at(-1)?.at
      break
    }
    items.push(message)
  }
  return { items: direction === 'older' ? items.reverse() : items, next }
}

/** When a message came, or last became something else. One that was only accepted has the time of that. */
const changedAt = ({ changedAt, acceptedAt, timestamp }: Message): string => changedAt ?? acceptedAt ?? timestamp

/**
 * What came or changed since a time, for somebody who was cut off: messages newer than that, and older ones among the newest
 * thousand of which something changed since.
 */
export const readChanged = async (
  ctx: Context,
  ref: Ref,
  since: string,
  limit: number,
  place?: string,
): Promise<Stretch> => {
  const items: Message[] = []
  const start = threadTime(Date.parse(since), '')
  let looked = 0
  let next: string | undefined
  for await (const message of walk(ctx, ref, 'older', place)) {
    looked += 1
    // What is newer than the time is all found, however much that is.
    if (looked > LOOKED_THROUGH && message.at < start) break
    if (changedAt(message) < since) continue
    if (items.length === limit) {
      next = items.at(-1)?.at
      break
    }
    items.push(message)
  }
  return { items: items.reverse(), next }
}

const LOOKED_AT_ONCE = 10

/** The newest place of what came (from a contact, or from the own phone) in a conversation, in milliseconds, from a time on. */
export const newestArrived = async (ctx: Context, ref: Ref, fromMs: number): Promise<number | undefined> => {
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Message>({
      pk: messageKey(ref.tenantId, ref.conversationId, '').pk,
      index: 'byTime',
      reverse: true,
      after: threadTime(fromMs, ''),
      limit: LOOKED_AT_ONCE,
      startKey,
    })
    const came = page.items.find(({ source }) => source !== 'api')
    if (came) return placeOf(came.at)
    startKey = page.next
  } while (startKey)
  return undefined
}
