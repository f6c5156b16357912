import type { Counters } from '#data/counters.ts'
import { absent } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { type AuditFacts, auditWrite } from '../audit/log.ts'
import { inboxCreated, inboxUpdated } from './events.ts'
import { type Inbox, inboxKey } from './model.ts'

/** The audit entry of something that was done to an inbox. */
export const inboxAudit = (
  ctx: Context,
  actor: Actor,
  id: number,
  action: string,
  facts?: AuditFacts['facts'],
  events?: OutboxEvent[],
): Write => auditWrite(ctx, actor, { action, subject: { kind: 'inbox', id: String(id) }, facts }, events)

/** Every inbox there is or was: also those whose deletion has not come to its end. */
export const listStoredInboxes = async (ctx: Context, tenantId: string): Promise<Inbox[]> => {
  const found: Inbox[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Inbox>({ pk: `O#${tenantId}`, prefix: 'I#', startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found
}

/** The inboxes of a tenant by number. */
export const listInboxes = async (ctx: Context, tenantId: string): Promise<Inbox[]> =>
  (await listStoredInboxes(ctx, tenantId)).filter(({ deletedAt }) => deletedAt === undefined)

/** An inbox, also one that is being deleted. */
export const findStoredInbox = (ctx: Context, tenantId: string, id: number): Promise<Inbox | undefined> =>
  ctx.main.get<Inbox>(inboxKey(tenantId, id))

/** An inbox of a tenant. Throws `not_found`. */
export const requireInbox = async (ctx: Context, tenantId: string, id: number): Promise<Inbox> => {
  const inbox = await findStoredInbox(ctx, tenantId, id)
  if (!inbox || inbox.deletedAt !== undefined) throw fail('not_found', { message: 'There is no such inbox.' })
  return inbox
}

/** What people say about an inbox. */
export type InboxFacts = Pick<Inbox, 'name' | 'description' | 'color'>

/** Makes an empty inbox. */
export const createInbox = async (
  ctx: Context,
  counters: Counters,
  actor: Actor,
  facts: InboxFacts,
): Promise<Inbox> => {
  const { tenantId } = actor
  const nowMs = ctx.clock.nowMs()
  const now = isoTime(nowMs)
  const id = await counters(tenantId, 'inbox', 1)
  const inbox: Inbox = { id, tenantId, ...facts, memberCount: 0, deviceCount: 0, createdAt: now, updatedAt: now }
  await ctx.main.transact([
    { put: { ...inboxKey(tenantId, id), ...inbox }, condition: absent, events: [raise(inboxCreated, nowMs)] },
    inboxAudit(ctx, actor, id, inboxCreated.type),
  ])
  return inbox
}

/** The condition that an inbox is there and nobody is deleting it. */
export const isThere = { text: 'attribute_exists(#pk) AND attribute_not_exists(#deletedAt)' }

/** Changes what people say about an inbox. Throws `not_found`. */
export const changeInbox = async (
  ctx: Context,
  tenantId: string,
  id: number,
  change: Partial<InboxFacts>,
): Promise<Inbox> => {
  const nowMs = ctx.clock.nowMs()
  const outcome = await ctx.main.update<Inbox>(inboxKey(tenantId, id), {
    set: { ...change, updatedAt: isoTime(nowMs) },
    condition: isThere,
    events: [raise(inboxUpdated, nowMs)],
  })
  if (!('item' in outcome)) throw fail('not_found', { message: 'There is no such inbox.' })
  return outcome.item
}
