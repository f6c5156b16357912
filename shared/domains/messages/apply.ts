import type { Condition } from '#data/expressions.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { refreshPreview } from '../conversations/preview.ts'
import { amended, targetOf } from './amend.ts'
import { awaitTarget, isOpened, isSealed, noteOpened, type Opener } from './awaited.ts'
import type { Message } from './model.ts'
import { messageKey } from './model.ts'
import { findMessage } from './repo.ts'

const TRIES = 6

/** What a change is made from; nobody may have written it since it was read. */
const READ_FROM = ['reactions', 'answers', 'withdrawn', 'payload'] as const

type ReadFrom = (typeof READ_FROM)[number]

const namesOf = (change: Partial<Message>): ReadFrom[] => {
  const names = READ_FROM.filter((name) => name in change)
  return 'reactions' in change || 'answers' in change ? [...new Set<ReadFrom>([...names, 'withdrawn'])] : names
}

/** Nobody changed since it was read what the change is made from, and no newer edit has come. */
const unchanged = (change: Partial<Message>, target: Message): Condition => {
  const { editedAt } = change
  const names = namesOf(change)
  const parts = names.map((name) =>
    target[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`,
  )
  const known = names.flatMap((name) => (target[name] === undefined ? [] : [[name, target[name]] as const]))
  if (editedAt) parts.push('(attribute_not_exists(#editedAt) OR #editedAt <= :editedAt)')
  return {
    text: ['attribute_exists(#pk)', ...parts].join(' AND '),
    values: { ...Object.fromEntries(known), ...(editedAt && { editedAt }) },
  }
}

/** Changes the target, and the list of conversations where it is the newest. False when somebody else did so meanwhile. */
const change = async (ctx: Context, about: Message, target: Message): Promise<boolean> => {
  const after = amended(about, target)
  const { tenantId, conversationId, messageId } = target
  const ref = { tenantId, conversationId, messageId }
  // It may have been deleted by this one, which was interrupted before the list showed it.
  const isDeleted = about.kind === 'revoke' && target.revokedAt !== undefined
  if (after) {
    const outcome = await ctx.main.update(messageKey(tenantId, conversationId, messageId), {
      set: { ...after, changedAt: isoTime(ctx.clock.nowMs()) },
      condition: unchanged(after, target),
      returns: 'none',
    })
    if (!('item' in outcome)) return false
  }
  if (after?.revokedAt || isDeleted) await refreshPreview(ctx, ref, { kind: 'revoke', text: '' })
  else if (after?.text !== undefined && !target.revokedAt) await refreshPreview(ctx, ref, { text: after.text })
  return true
}

/**
 * Changes the stored message that an edit, a deletion, a reaction, a vote or an answer is about; other messages change nothing. One whose
 * target is not here yet, or was not read, waits for it. Gives the message as it is to be stored: what only its target opens reads
 * otherwise when that has come meanwhile. Doing it again changes nothing. Throws when the store is out of reach.
 */
export const applyToTarget = async (ctx: Context, given: Message, open?: Opener): Promise<Message> => {
  const messageId = targetOf(given)
  if (messageId === undefined) return given
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const target = await findMessage(ctx, { ...given, messageId })
    const isHere = target !== undefined && isOpened(target)
    const about = isHere && open && isSealed(given) ? await open(ctx, given, target) : given
    if (!isHere && !(await awaitTarget(ctx, about, target ?? { ...about, messageId }))) continue
    // What could not be opened shows meanwhile what is said of it.
    if (!target || (await change(ctx, about, target))) return about
  }
  throw new Error('a message changed too often to be changed')
}

/**
 * Opens a message that was stored as one that only its target opens, where that has come before it was stored: who stored the target
 * found it waiting, and could not write what it says. All others cost nothing.
 */
export const openStored = async (ctx: Context, message: Message, open: Opener): Promise<void> => {
  const messageId = isSealed(message) ? targetOf(message) : undefined
  const target = messageId === undefined ? undefined : await findMessage(ctx, { ...message, messageId })
  if (!target || !isOpened(target)) return
  const opened = await open(ctx, message, target)
  if (opened !== message) await noteOpened(ctx, opened, true)
}
