import type { OutboxEvent } from '#data/outbox.ts'
import { ttlIn } from '#data/schema.ts'
import type { Write } from '#data/table.ts'
import type { Actor, CredentialKind } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { newId } from '#kit/ids.ts'

/** What somebody did that matters for who may do what: users, roles, memberships, passwords, keys, sign-ins. */
export type AuditEntry = {
  id: string
  tenantId: string
  at: string
  /** Name of what happened, as events are named: `user.deactivated`. */
  action: string
  /** With which kind of credential; `id` is the user's number or the key's id. */
  by: { kind: CredentialKind; id: string }
  /** What it was done to. */
  subject: { kind: string; id: string }
  /** More about it: ids and small facts, never a secret or a person's data. */
  facts?: Record<string, unknown>
}

/** Seconds that an entry is kept: 400 days. */
const KEPT_SECONDS = 400 * 86_400

/** The partition of one month, written `yyyymm`: a log of years never is one partition. */
const partition = (tenantId: string, month: string): string => `AUD#${tenantId}#${month}`

/** What is to be written down about a change. */
export type AuditFacts = Pick<AuditEntry, 'action' | 'subject' | 'facts'>

/**
 * The write that puts a change into the tenant's audit log: it belongs in the transaction that makes the change, so that neither
 * is without the other. `events` leave with it, for changes that leave no item to carry theirs.
 */
export const auditWrite = (
  ctx: Context,
  actor: Pick<Actor, 'tenantId' | 'kind' | 'id'>,
  { action, subject, facts }: AuditFacts,
  events?: OutboxEvent[],
): Write => {
  const nowMs = ctx.clock.nowMs()
  const id = newId('audit')
  const at = isoTime(nowMs)
  const { tenantId, kind } = actor
  const entry: AuditEntry = { id, tenantId, at, action, by: { kind, id: actor.id }, subject, facts }
  const month = at.slice(0, 7).replace('-', '')
  return {
    put: { pk: partition(tenantId, month), sk: id, ...entry, expiresAt: ttlIn(KEPT_SECONDS, nowMs) },
    events,
  }
}

/** A page of one month's entries, newest first; `month` is `yyyymm`, `before` the id of the last entry of the page before. */
export const listAudit = async (
  ctx: Context,
  tenantId: string,
  { month, before, limit }: { month: string; before?: string; limit: number },
): Promise<AuditEntry[]> => {
  const { items } = await ctx.main.query<AuditEntry>({ pk: partition(tenantId, month), before, limit, reverse: true })
  return items
}
