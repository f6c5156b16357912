import type { Context } from '#kit/context.ts'
import { type Conversation, conversationKey, type LastMessage, PREVIEW_LENGTH } from './model.ts'

const TRIES = 5

/**
 * Shows in the list what became of a message, if it is the newest of its conversation. A newer one that comes meanwhile stays.
 */
export const refreshPreview = async (
  ctx: Context,
  ref: { tenantId: string; conversationId: number; messageId: string },
  change: Partial<Pick<LastMessage, 'text' | 'kind'>>,
): Promise<void> => {
  const key = conversationKey(ref.tenantId, ref.conversationId)
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const known = await ctx.main.get<Pick<Conversation, 'lastMessage'>>(key, { fields: ['lastMessage'] })
    const last = known?.lastMessage
    if (last?.messageId !== ref.messageId) return
    const text = (change.text ?? last.text).slice(0, PREVIEW_LENGTH)
    const outcome = await ctx.main.update(key, {
      set: { lastMessage: { ...last, ...change, text } },
      condition: { text: '#lastMessage = :last', values: { last } },
      returns: 'none',
    })
    if ('item' in outcome) return
  }
  throw new Error('the newest message of a conversation changed too often to be shown')
}
