import type { Context } from '#kit/context.ts'
import { fail, isBusy } from '#kit/errors.ts'
import { type Conversation, conversationKey, type Mover } from './model.ts'
import { moveWrites } from './move.ts'
import { onRequest } from './transitions.ts'

const TRIES = 3

/** A conversation of a tenant, by its integer, or the one that it went up in; undefined for an unknown one. */
export const findConversation = async (
  ctx: Context,
  tenantId: string,
  id: number,
): Promise<Conversation | undefined> => {
  const found = await ctx.main.get<Conversation>(conversationKey(tenantId, id))
  return found?.mergedInto === undefined ? found : findConversation(ctx, tenantId, found.mergedInto)
}

/**
 * Closes a conversation, or opens it again; gives it as it is then. One that is so already stays as it is. Throws `not_found`, and
 * `conflict` when others keep changing it.
 */
export const changeStatus = async (
  ctx: Context,
  { tenantId, id }: Pick<Conversation, 'tenantId' | 'id'>,
  wanted: 'open' | 'closed',
  by: Mover,
): Promise<Conversation> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const seen = await findConversation(ctx, tenantId, id)
    if (!seen) throw fail('not_found')
    const move = onRequest(seen, wanted, by, ctx.clock.nowMs())
    if (!move) return seen
    await ctx.main.transact(moveWrites(ctx, seen, move, by)).catch((error: unknown) => {
      // Somebody else is at the conversation at this very moment: it is looked at again.
      if (!isBusy(error)) throw error
    })
  }
  const now = await findConversation(ctx, tenantId, id)
  if (now && (now.status === 'CLOSED') === (wanted === 'closed')) return now
  throw fail('conflict', { message: 'The conversation is changed by others at this moment. Try again.' })
}
