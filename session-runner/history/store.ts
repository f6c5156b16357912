import { isTurn } from '#domains/conversations/turns.ts'
import { noteOlderLast } from '#domains/history/record.ts'
import { amended } from '#domains/messages/amend.ts'
import { applyToTarget, openStored } from '#domains/messages/apply.ts'
import { shownAs } from '#domains/messages/in-place.ts'
import type { Message } from '#domains/messages/model.ts'
import { openedBy } from '#domains/messages/opened.ts'
import { findMessage, recordHistoric } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import { lastOf } from '../inbound/store-message.ts'

/** A message with what the phone keeps of it that was said later. */
export const withAbout = (message: Message, about: readonly Message[]): Message => {
  let whole = message
  for (const one of about) whole = { ...whole, ...amended(one, whole) }
  return whole
}

/**
 * Stores a message of the history with what was said of it; what is about another one changes that as if it had come by itself. False when
 * the message is stored already: then only what was said of it is taken, where that is newer.
 */
export const storeHistoric = async (ctx: Context, message: Message, about: readonly Message[]): Promise<boolean> => {
  const whole = withAbout(await applyToTarget(ctx, message, openedBy), about)
  const isNew = await recordHistoric(ctx, whole, openedBy)
  await openStored(ctx, whole, openedBy)
  if (isNew) return true
  for (const one of about) await applyToTarget(ctx, one)
  return false
}

/** Makes a message of the history the newest of its conversation, as it stands now, unless a newer one is known. */
export const noteNewest = async (ctx: Context, message: Message): Promise<void> => {
  const { tenantId, conversationId } = message
  const kept = (await findMessage(ctx, message)) ?? message
  await noteOlderLast(ctx, tenantId, conversationId, shownAs(lastOf(kept), kept))
}

/** The newer of two messages as lists show them: nothing that is about another one. */
export const newerOf = (known: Message | undefined, message: Message): Message | undefined =>
  isTurn(message) && (!known || message.at > known.at) ? message : known
