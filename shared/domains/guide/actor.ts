import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import type { Credential } from '../credentials/repo.ts'
import { findClient } from './clients.ts'
import { isEffective, isExpired, rightsOf } from './model.ts'
import { findToken } from './tokens.ts'

/** The client that a credential stands for, with the rights it has at this moment; undefined when it is switched off or gone. */
export const clientActor = async (
  ctx: Context,
  { tenantId, refId }: Pick<Credential, 'tenantId' | 'refId'>,
): Promise<Actor | undefined> => {
  const client = await findClient(ctx, tenantId, refId)
  if (!client || !isEffective(client)) return undefined
  return { kind: 'clientCredential', tenantId, id: refId, capabilities: rightsOf(client) }
}

/**
 * The token that a credential stands for. It ends with its time, with its deletion, and at once when its client is deleted or
 * switched off: that is looked up here, so that no number of tokens makes a difference.
 */
export const tokenActor = async (
  ctx: Context,
  { tenantId, refId }: Pick<Credential, 'tenantId' | 'refId'>,
): Promise<Actor | undefined> => {
  const token = await findToken(ctx, tenantId, refId)
  if (!token || isExpired(token, ctx.clock.nowMs())) return undefined
  const client = await findClient(ctx, tenantId, token.clientId)
  if (client?.uid !== token.clientUid || !isEffective(client)) return undefined
  const { identity, expiresAt: expiresOn } = token
  return { kind: 'matrixToken', tenantId, id: refId, capabilities: [], identity, expiresOn }
}
