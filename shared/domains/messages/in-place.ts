import type { Condition } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { type LastMessage, PREVIEW_LENGTH } from '../conversations/model.ts'
import {
  type Awaited,
  asBefore,
  type InPlace,
  isOpened,
  isPlaceOnly,
  type Opening,
  removalOf,
  waitingFor,
  withWaiting,
} from './awaited.ts'
import { fitted } from './fit.ts'
import { type Message, messageKey } from './model.ts'

const TRIES = 6

const readPlace = (ctx: Context, { tenantId, conversationId, messageId }: Message): Promise<InPlace | undefined> =>
  ctx.main.get<InPlace>(messageKey(tenantId, conversationId, messageId))

/** What became of a message while it could not be opened: others reacted, it was edited, deleted or marked. */
const sinceThen = (before: InPlace): Partial<Message> => {
  const { reactions, answers, withdrawn, revokedAt, starred, labels, editedAt, text } = before
  return {
    ...(reactions && { reactions }),
    ...(answers && { answers }),
    ...(withdrawn && { withdrawn }),
    ...(revokedAt && { revokedAt }),
    ...(starred !== undefined && { starred }),
    ...(labels && { labels }),
    ...(editedAt && { editedAt, text }),
  }
}

/** Stores a message on a condition, with further writes; false when the condition was lost. */
export type Store = (whole: Message, condition: Condition, more: Write[]) => Promise<boolean>

/**
 * Stores a message whose place is taken: by one that could not be opened, or by what waits for it, which is then part of it. False when
 * the message itself is there.
 */
export const inPlace = async (ctx: Context, message: Message, store: Store, opening?: Opening): Promise<boolean> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await readPlace(ctx, message)
    if (before && isOpened(before)) return false
    const waiting = before?.awaited === undefined ? [] : await waitingFor(ctx, message)
    const known = { ...message, ...(before && sinceThen(before)) }
    const whole = fitted(await withWaiting(ctx, known, waiting, opening))
    const { writes, rest } = removalOf(ctx, waiting, opening)
    if (!(await store(whole, asBefore(before), writes))) continue
    await rest()
    return true
  }
  throw new Error('more and more waits for a message')
}

/** The message as the newest of its conversation, with what became of it. */
export const shownAs = (last: LastMessage, { revokedAt, text = '' }: Message): LastMessage =>
  revokedAt ? { ...last, kind: 'revoke', text: '' } : { ...last, text: text.slice(0, PREVIEW_LENGTH) }

/**
 * Stores a message that could not be opened in the place that is kept for it. What waits shows on it, and goes on waiting until it is
 * opened. Nothing when something else is there.
 */
export const keepingPlace = async (
  ctx: Context,
  message: Message,
  store: (whole: Message & Awaited, condition: Condition) => Promise<boolean>,
): Promise<void> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await readPlace(ctx, message)
    if (before && !isPlaceOnly(before)) return
    const whole = await withWaiting(ctx, message, await waitingFor(ctx, message))
    const { awaited, awaitedBytes } = before ?? {}
    if (await store({ ...whole, awaited, awaitedBytes }, asBefore(before))) return
  }
  throw new Error('more and more waits for a message')
}
