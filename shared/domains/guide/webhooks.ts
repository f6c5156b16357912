import type { Counters } from '#data/counters.ts'
import { absent, exists } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { checkUrl } from '#kit/safe-fetch.ts'
import type { Webhook } from '../webhooks/model.ts'
import { listWebhooks, requireWebhook, webhookKey } from '../webhooks/repo.ts'
import { tokenKey } from './keys.ts'
import type { Client, Token } from './model.ts'

/** Webhooks a token may have: they are all deleted with it, in one write. */
const WEBHOOK_LIMIT = 20

/** The webhooks of a token by number. */
export const listTokenWebhooks = async (ctx: Context, { tenantId, id }: Token): Promise<Webhook[]> =>
  (await listWebhooks(ctx, tenantId)).filter(({ owner }) => owner?.tokenId === id)

/** A token's webhook by the number in a path. Throws `not_found`, also for the webhook of another token. */
export const requireTokenWebhook = async (ctx: Context, token: Token, id: string): Promise<Webhook> => {
  const webhook = await requireWebhook(ctx, token.tenantId, id)
  if (webhook.owner?.tokenId !== token.id) throw fail('not_found')
  return webhook
}

const refuseDouble = (webhooks: Webhook[], url: string): void => {
  if (webhooks.some((known) => known.url === url)) {
    throw fail('conflict', { message: 'The token has a webhook with this URL.' })
  }
}

/** Registers a webhook of a token. Throws `unsafe_url`, `conflict` (URL known, or too many), `unauthenticated` (token gone). */
export const createTokenWebhook = async (
  ctx: Context,
  counters: Counters,
  token: Token,
  url: string,
): Promise<Webhook> => {
  checkUrl(url, 'url')
  const known = await listTokenWebhooks(ctx, token)
  refuseDouble(known, url)
  if (known.length >= WEBHOOK_LIMIT) {
    throw fail('conflict', { message: `A token has ${WEBHOOK_LIMIT} webhooks at most.` })
  }
  const { tenantId, identity, clientUid, expiresAt } = token
  const id = await counters(tenantId, 'webhook', 1)
  const now = isoTime(ctx.clock.nowMs())
  const owner = { tokenId: token.id, identity, clientUid, expiresAt }
  const webhook: Webhook = { id, tenantId, url, active: true, style: 'guide', owner, createdAt: now, updatedAt: now }
  const outcome = await ctx.main.transact([
    { check: tokenKey(tenantId, token.id), condition: exists },
    { put: { ...webhookKey(tenantId, id), ...webhook }, condition: absent },
  ])
  if (!outcome.ok) throw fail('unauthenticated')
  return webhook
}

/** Changes a token's webhook. Throws `unsafe_url`, `conflict` and `not_found`. */
export const changeTokenWebhook = async (
  ctx: Context,
  token: Token,
  webhook: Webhook,
  change: { url?: string; active?: boolean },
): Promise<Webhook> => {
  const { url, active } = change
  if (url !== undefined) {
    checkUrl(url, 'url')
    refuseDouble(
      (await listTokenWebhooks(ctx, token)).filter(({ id }) => id !== webhook.id),
      url,
    )
  }
  const outcome = await ctx.main.update<Webhook>(webhookKey(token.tenantId, webhook.id), {
    set: { url, active, updatedAt: isoTime(ctx.clock.nowMs()) },
    // Whoever switches it on again, or gives it another address, has seen to what was wrong.
    remove: active === true || url !== undefined ? ['disabledReason'] : [],
    condition: exists,
  })
  if (!('item' in outcome)) throw fail('not_found')
  return outcome.item
}

/** Removes a token's webhook. Throws `not_found` when somebody was faster. */
export const removeTokenWebhook = async (ctx: Context, { tenantId, id }: Webhook): Promise<void> => {
  if (!(await ctx.main.remove(webhookKey(tenantId, id), exists))) throw fail('not_found')
}

/** The write that removes a webhook. */
export const removeWebhookWrite = ({ tenantId, id }: Webhook): Write => ({ remove: webhookKey(tenantId, id) })

/** Holds back what the webhooks of a client's tokens would get, or lets it go on. */
export const suspendWebhooks = async (
  ctx: Context,
  { tenantId, uid }: Pick<Client, 'tenantId' | 'uid'>,
  suspended: boolean,
): Promise<void> => {
  const webhooks = await listWebhooks(ctx, tenantId)
  for (const { id, owner } of webhooks) {
    if (owner?.clientUid !== uid) continue
    await ctx.main.update(webhookKey(tenantId, id), { set: { suspended }, condition: exists, returns: 'none' })
  }
}
