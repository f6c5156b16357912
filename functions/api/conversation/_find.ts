import { z } from 'zod'
import { findConversation } from '#domains/conversations/change-status.ts'
import { type Conversation, isInboxChat, type Mover } from '#domains/conversations/model.ts'
import type { Device } from '#domains/devices/model.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { mayUse } from '#domains/devices/visible.ts'
import { type Actor, userIdOf } from '#kit/actor.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { requireNumber } from '#kit/number-id.ts'

/** Merges that are followed from an old number: there are two addresses of a person. */
const MERGES = 4

/** The conversation in a path. */
export const conversationParams = z.object({ id: z.string() })

/** Who a change of a conversation is told to be by. */
export const moverOf = (actor: Actor): Mover => {
  const id = userIdOf(actor)
  return id === undefined ? { kind: 'key' } : { kind: 'user', id }
}

/**
 * The conversation a path names, with its device, if the actor may see that. Throws `not_found` for any other, so that nobody
 * learns of what is none of his.
 */
export const requireConversation = async (
  ctx: OperationContext,
  id: string,
): Promise<{ conversation: Conversation; device: Device }> => {
  const { actor } = ctx
  let conversation = await findConversation(ctx, actor.tenantId, requireNumber(id))
  // It turned out to be the same as another one: its number stands for that.
  for (let hops = 0; conversation?.mergedInto !== undefined && hops < MERGES; hops += 1) {
    conversation = await findConversation(ctx, actor.tenantId, conversation.mergedInto)
  }
  if (!conversation || !isInboxChat(conversation.chat)) throw fail('not_found')
  const device = await findDevice(ctx, conversation.deviceId)
  if (device?.tenantId !== actor.tenantId || !mayUse(actor, device)) throw fail('not_found')
  return { conversation, device }
}
