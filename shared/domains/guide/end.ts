import { type Condition, exists } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { auditWrite } from '../audit/log.ts'
import { removeCredentialWrite } from '../credentials/repo.ts'
import { endSocketsBy } from '../sessions/end.ts'
import { auditedClient, findClient, requireHeldRights } from './clients.ts'
import { clientKey, hostKey, tokenKey } from './keys.ts'
import { type Client, rightsOf, type Token } from './model.ts'
import { auditedToken, listTokens } from './tokens.ts'
import { listTokenWebhooks, removeWebhookWrite, suspendWebhooks } from './webhooks.ts'

// Apart from clients.ts and tokens.ts, which every function reads credentials with: only those that end some need API Gateway.

/** Removes a token with its webhooks, and what is `noted` of that, in one write; what listens with it is closed. False when somebody was faster. */
const dropToken = async (ctx: Context, token: Token, noted: Write[] = []): Promise<boolean> => {
  const { tenantId, id } = token
  const webhooks = await listTokenWebhooks(ctx, token)
  const mine: Condition = { text: '#adminTokenId = :id', values: { id } }
  const vacate: Write = { update: hostKey(tenantId), remove: ['adminTokenId'], condition: mine }
  const outcome = await ctx.main.transact([
    { remove: tokenKey(tenantId, id), condition: exists },
    removeCredentialWrite(token.secretHash),
    ...webhooks.map(removeWebhookWrite),
    ...(token.isAdmin ? [vacate] : []),
    ...noted,
  ])
  if (outcome.ok) await endSocketsBy(ctx, tenantId, 'matrixToken', [String(id)])
  return outcome.ok
}

/** Deletes a token with its webhooks. False when somebody was faster. Its devices stay linked. */
export const deleteToken = (ctx: Context, actor: Actor, token: Token): Promise<boolean> => {
  const facts = { clientId: token.clientId }
  const noted = auditWrite(ctx, actor, { action: 'matrix_token.deleted', subject: auditedToken(token), facts })
  return dropToken(ctx, token, [noted])
}

/** Closes what listens with the tokens of a client. */
const endSocketsOfTokens = (ctx: Context, tenantId: string, tokens: Token[]): Promise<void> =>
  endSocketsBy(
    ctx,
    tenantId,
    'matrixToken',
    tokens.map(({ id }) => String(id)),
  )

const same = ({ uid }: Client) => ({ text: '#uid = :uid', values: { uid } })

const added = (before: Client, after: Client): string[] => {
  const had: readonly string[] = rightsOf(before)
  return rightsOf(after).filter((right) => !had.includes(right))
}

/** What may be changed about a client. */
type ClientChange = Partial<Pick<Client, 'description' | 'active' | 'scopes'>>

/**
 * Changes a client. Switched off, neither it nor its tokens are accepted, what listens with them is closed, and their webhooks get
 * nothing, until it is switched on again. Throws `not_found`, `capability_not_held`, and `forbidden` where the super admin would lose
 * rights.
 */
export const changeClient = async (
  ctx: Context,
  actor: Actor,
  client: Client,
  change: ClientChange,
): Promise<Client> => {
  if (client.role === 'super_admin' && (change.active === false || (change.scopes && change.scopes.length > 0))) {
    throw fail('forbidden', { message: 'The super admin credential cannot be switched off or restricted.' })
  }
  const { description, active, scopes = client.scopes } = change
  requireHeldRights(actor, added(client, { ...client, scopes }))
  const outcome = await ctx.main.transact([
    {
      update: clientKey(client.tenantId, client.clientId),
      set: { description, active, scopes: change.scopes, updatedAt: isoTime(ctx.clock.nowMs()) },
      // Which rights are added was judged by the scopes that were read.
      condition: { text: '#uid = :uid AND #scopes = :scopes', values: { uid: client.uid, scopes: client.scopes } },
    },
    auditWrite(ctx, actor, {
      action: 'client_credential.updated',
      subject: auditedClient(client),
      facts: { active, scopes: change.scopes },
    }),
  ])
  const changed = await findClient(ctx, client.tenantId, client.clientId)
  if (changed?.uid !== client.uid) throw fail('not_found')
  if (!outcome.ok) throw fail('try_again', { data: { retryAfterSeconds: 1 } })
  if (active !== undefined) await suspendWebhooks(ctx, client, !active)
  if (active === false) await endSocketsOfTokens(ctx, client.tenantId, await listTokens(ctx, client))
  return changed
}

/**
 * Deletes a client. Its tokens end with the first write, whatever their number; what they leave is removed after it, and a
 * deletion that broke off is carried on when it is asked for again. Throws `forbidden` for the super admin.
 */
export const deleteClient = async (ctx: Context, actor: Actor, client: Client): Promise<void> => {
  if (client.role === 'super_admin') {
    throw fail('forbidden', { message: 'The super admin credential cannot be deleted.' })
  }
  const key = clientKey(client.tenantId, client.clientId)
  const endedAt = client.endedAt ?? isoTime(ctx.clock.nowMs())
  const noted = auditWrite(ctx, actor, { action: 'client_credential.deleted', subject: auditedClient(client) })
  const ended = await ctx.main.transact([
    { update: key, set: { endedAt }, condition: same(client) },
    ...(client.endedAt === undefined ? [noted] : []),
  ])
  if (!ended.ok) throw fail('not_found')
  await suspendWebhooks(ctx, client, true)
  const tokens = await listTokens(ctx, client)
  await endSocketsOfTokens(ctx, client.tenantId, tokens)
  for (const token of tokens) await dropToken(ctx, token)
  await ctx.main.transact([{ remove: key, condition: same(client) }, removeCredentialWrite(client.secretHash)])
}
