import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { refreshPreview } from '../conversations/preview.ts'
import { messageKey } from './model.ts'
import type { MessageRef } from './repo.ts'

/** How long after it was sent WhatsApp lets a message be edited. */
export const EDITABLE_MS = 15 * 60_000

/**
 * Gives a stored message the words, and `facts` where it has some, that it was edited to at `atMs`; so does the list of
 * conversations where it is the newest. An older edit that comes late changes nothing, and neither does one of a message that is
 * not stored.
 */
export const applyEdit = async (
  ctx: Context,
  ref: MessageRef,
  text: string,
  atMs: number,
  facts?: Record<string, unknown>,
): Promise<void> => {
  const editedAt = isoTime(atMs)
  const outcome = await ctx.main.update(messageKey(ref.tenantId, ref.conversationId, ref.messageId), {
    set: { text, editedAt, payload: facts, changedAt: isoTime(ctx.clock.nowMs()) },
    condition: {
      text: 'attribute_exists(#pk) AND (attribute_not_exists(#editedAt) OR #editedAt <= :editedAt)',
      values: { editedAt },
    },
    returns: 'none',
  })
  if ('item' in outcome) await refreshPreview(ctx, ref, { text })
}
