import type { Counters } from '#data/counters.ts'
import { absent, type Condition, type Key } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { decryptAtRest, encryptAtRest } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { requireNumber } from '#kit/number-id.ts'
import { checkUrl } from '#kit/safe-fetch.ts'
import type { Webhook } from './model.ts'

/** Key of a webhook. */
export const webhookKey = (tenantId: string, id: number): Key => ({
  pk: `W#${tenantId}`,
  sk: `WH#${String(id).padStart(10, '0')}`,
})

const sealContext = (tenantId: string, id: number): string => `webhook.${tenantId}.${id}`

/** The webhooks of a tenant by id. */
export const listWebhooks = async (ctx: Context, tenantId: string): Promise<Webhook[]> => {
  const found: Webhook[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Webhook>({ pk: `W#${tenantId}`, prefix: 'WH#', startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found
}

/** Registers a webhook; deliveries are signed when there is a secret. Throws `unsafe_url`. */
export const createWebhook = async (
  ctx: Context,
  counters: Counters,
  input: Pick<Webhook, 'tenantId' | 'url' | 'style'> & { secret?: string },
): Promise<Webhook> => {
  const { tenantId, url, style, secret } = input
  checkUrl(url, 'url')
  const id = await counters(tenantId, 'webhook', 1)
  const now = isoTime(ctx.clock.nowMs())
  const webhook: Webhook = {
    id,
    tenantId,
    url,
    active: true,
    style,
    secretCipher: secret ? await encryptAtRest(secret, sealContext(tenantId, id)) : undefined,
    createdAt: now,
    updatedAt: now,
  }
  await ctx.main.put({ ...webhookKey(tenantId, id), ...webhook }, { condition: absent })
  return webhook
}

/** The webhook of a tenant that a path names by its number. Throws `not_found`. */
export const requireWebhook = async (ctx: Context, tenantId: string, id: string): Promise<Webhook> => {
  const webhook = await ctx.main.get<Webhook>(webhookKey(tenantId, requireNumber(id)))
  if (!webhook) throw fail('not_found')
  return webhook
}

const workspaces: Condition = { text: '#style = :style', values: { style: 'ceox' } }

/** Removes a webhook of the workspace; one that belongs to a token is not its own. Throws `not_found`. */
export const deleteWebhook = async (ctx: Context, tenantId: string, id: number): Promise<void> => {
  if (!(await ctx.main.remove(webhookKey(tenantId, id), workspaces))) throw fail('not_found')
}

/** The secret that signs a webhook's deliveries; undefined when it has none. */
export const webhookSecret = async (
  webhook: Pick<Webhook, 'tenantId' | 'id' | 'secretCipher'>,
): Promise<string | undefined> =>
  webhook.secretCipher && decryptAtRest(webhook.secretCipher, sealContext(webhook.tenantId, webhook.id))

/** Switches a webhook off, with the events that announce it. One whose URL was changed meanwhile stays as it is. */
export const disableWebhook = async (
  ctx: Context,
  webhook: Pick<Webhook, 'tenantId' | 'id' | 'url'>,
  reason: string,
  events?: OutboxEvent[],
): Promise<void> => {
  await ctx.main.update(webhookKey(webhook.tenantId, webhook.id), {
    set: { active: false, disabledReason: reason, updatedAt: isoTime(ctx.clock.nowMs()) },
    condition: { text: 'attribute_exists(#pk) AND #url = :url', values: { url: webhook.url } },
    events,
    returns: 'none',
  })
}
