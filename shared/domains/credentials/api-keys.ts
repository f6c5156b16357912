import { absent, type Key } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import { ttlIn } from '#data/schema.ts'
import type { Write } from '#data/table.ts'
import { type Actor, can } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { newId, randomSecret } from '#kit/ids.ts'
import { auditWrite } from '../audit/log.ts'
import { endSocketsBy } from '../sessions/end.ts'
import { CAPABILITIES } from '../users/model.ts'
import { apiKeyCreated, apiKeyDeleted, apiKeyUpdated } from './events.ts'
import { type Credential, credentialKey, credentialWrite, removeCredentialWrite } from './repo.ts'

const PREFIX = 'ceox_'

/** Characters of a key, from its beginning, that stay visible. */
const SHOWN = 8

/** Seconds that the record of a deleted key stays behind its event. */
const TOMBSTONE_SECONDS = 86_400

/** An API key as it is managed; the secret itself is nowhere. */
export type ApiKey = {
  id: string
  tenantId: string
  name: string
  prefix: string
  lastFour: string
  capabilities: string[]
  enabled: boolean
  /** RFC 3339. */
  expiresOn?: string
  createdBy: { id: number; name: string }
  createdAt: string
  lastUsedAt?: string
  lastUsedIp?: string
}

type Stored = ApiKey & Key & { hash: string; deletedAt?: string }

/** What may be changed about a key; null takes the expiry away. */
export type ApiKeyChange = { name?: string; enabled?: boolean; capabilities?: string[]; expiresOn?: string | null }

const partition = (tenantId: string): string => `O#${tenantId}`
const recordKey = (tenantId: string, id: string): Key => ({ pk: partition(tenantId), sk: `AK#${id}` })

const plain = ({ pk: _pk, sk: _sk, hash: _hash, deletedAt: _deleted, ...key }: Stored): ApiKey => key

/** The write that makes the record by which a key is managed. */
export const apiKeyRecordWrite = (key: ApiKey, hash: string, events?: OutboxEvent[]): Write => ({
  put: { ...recordKey(key.tenantId, key.id), ...key, hash },
  condition: absent,
  events,
})

/** What of a key may be shown. */
export const shownOf = (secret: string): Pick<ApiKey, 'prefix' | 'lastFour'> => ({
  prefix: secret.slice(0, SHOWN),
  lastFour: secret.slice(-4),
})

/** Refuses capabilities that the caller lacks. Throws `validation_failed` for unknown ones and `capability_not_held`. */
const assertHeld = (actor: Actor, capabilities: string[]): void => {
  const unknown = capabilities.filter((one) => !(CAPABILITIES as readonly string[]).includes(one))
  if (unknown.length > 0) {
    const message = `there is no capability ${unknown.join(', ')}`
    throw fail('validation_failed', { details: [{ path: 'capabilities', message }] })
  }
  const lacking = capabilities.filter((one) => !can(actor, one))
  if (lacking.length > 0) throw fail('capability_not_held', { data: { capabilities: lacking } })
}

/** What a key may do unless it is said: all that its maker may, but for money and keys. */
const usualCapabilities = (actor: Actor): string[] =>
  CAPABILITIES.filter((one) => one !== 'billing.manage' && one !== 'keys.manage' && can(actor, one))

/** The audit log keeps name and prefix of a key for longer than the key lives. */
const noted = (
  ctx: Context,
  actor: Actor,
  action: string,
  { id, name, prefix }: ApiKey,
  facts: Record<string, unknown> = {},
): Write => auditWrite(ctx, actor, { action, subject: { kind: 'apiKey', id }, facts: { name, prefix, ...facts } })

/** Makes a key; `secret` is shown this once. Throws `validation_failed` and `capability_not_held`. */
export const createApiKey = async (
  ctx: Context,
  actor: Actor,
  facts: { name?: string; capabilities?: string[]; expiresOn?: string; createdBy: ApiKey['createdBy'] },
): Promise<{ key: ApiKey; secret: string }> => {
  const now = isoTime(ctx.clock.nowMs())
  const capabilities = [...new Set(facts.capabilities ?? usualCapabilities(actor))]
  assertHeld(actor, capabilities)
  const secret = `${PREFIX}${randomSecret()}`
  const hash = await tokenHash(secret)
  const { tenantId } = actor
  const { expiresOn, createdBy, name = `API key ${now.slice(0, 10)}` } = facts
  const common = { tenantId, name, capabilities, expiresOn, createdAt: now }
  const key: ApiKey = { ...common, ...shownOf(secret), id: newId('apiKey'), enabled: true, createdBy }
  const outcome = await ctx.main.transact([
    apiKeyRecordWrite(key, hash, [raise(apiKeyCreated, ctx.clock.nowMs())]),
    credentialWrite(hash, { ...common, kind: 'apiKey', refId: key.id }),
    noted(ctx, actor, apiKeyCreated.type, key, { capabilities }),
  ])
  if (!outcome.ok) throw fail('try_again')
  return { key, secret }
}

const requireStored = async (ctx: Context, tenantId: string, id: string): Promise<Stored> => {
  const stored = await ctx.main.get<Stored>(recordKey(tenantId, id))
  if (!stored || stored.deletedAt !== undefined) throw fail('not_found')
  return stored
}

/** With the last use, which is noted on the credential: that is what every request reads anyway. */
const withUse = async (ctx: Context, keys: Stored[]): Promise<ApiKey[]> => {
  const uses = await ctx.main.getMany<Credential>(keys.map(({ hash }) => credentialKey(hash)))
  const byId = new Map(uses.map((use) => [use.refId, use]))
  return keys.map((key) => ({
    ...plain(key),
    lastUsedAt: byId.get(key.id)?.lastUsedAt,
    lastUsedIp: byId.get(key.id)?.lastUsedIp,
  }))
}

/** The keys of a tenant, newest first. */
export const listApiKeys = async (ctx: Context, tenantId: string): Promise<ApiKey[]> => {
  const found: Stored[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Stored>({ pk: partition(tenantId), prefix: 'AK#', reverse: true, startKey })
    found.push(...page.items.filter(({ deletedAt }) => deletedAt === undefined))
    startKey = page.next
  } while (startKey)
  return withUse(ctx, found)
}

/** Changes a key, from its next request on; what listens with it ends, unless it goes by another name only. Throws `not_found`, `validation_failed` and `capability_not_held`. */
export const changeApiKey = async (ctx: Context, actor: Actor, id: string, change: ApiKeyChange): Promise<ApiKey> => {
  const stored = await requireStored(ctx, actor.tenantId, id)
  // What the key has already may stay; nobody adds what he does not hold.
  assertHeld(
    actor,
    (change.capabilities ?? []).filter((one) => !stored.capabilities.includes(one)),
  )
  const capabilities = change.capabilities && [...new Set(change.capabilities)]
  const { name, enabled, expiresOn } = change
  const remove = expiresOn === null ? { remove: ['expiresOn'] } : {}
  const set = { name, capabilities, expiresOn: expiresOn ?? undefined }
  const outcome = await ctx.main.transact([
    {
      update: recordKey(actor.tenantId, id),
      set: { ...set, enabled, changedAt: isoTime(ctx.clock.nowMs()) },
      ...remove,
      condition: { text: 'attribute_exists(#pk) AND attribute_not_exists(#deletedAt)' },
      events: [raise(apiKeyUpdated, ctx.clock.nowMs())],
    },
    {
      update: credentialKey(stored.hash),
      set: { ...set, disabled: enabled === undefined ? undefined : !enabled, refId: id },
      ...remove,
      condition: { text: 'attribute_exists(#pk)' },
    },
    noted(ctx, actor, apiKeyUpdated.type, stored, { capabilities, enabled, expiresOn }),
  ])
  if (!outcome.ok) throw fail('not_found')
  const isOther = enabled === false || capabilities !== undefined || expiresOn !== undefined
  if (isOther) await endSocketsBy(ctx, actor.tenantId, 'apiKey', [id])
  const [changed] = await withUse(ctx, [await requireStored(ctx, actor.tenantId, id)])
  return changed ?? plain(stored)
}

/** Deletes a key: it opens nothing from now on, and what it opened is closed. Throws `not_found`. */
export const deleteApiKey = async (ctx: Context, actor: Actor, id: string): Promise<void> => {
  const { tenantId } = actor
  const stored = await requireStored(ctx, tenantId, id)
  const nowMs = ctx.clock.nowMs()
  const outcome = await ctx.main.transact([
    {
      update: recordKey(tenantId, id),
      set: { deletedAt: isoTime(nowMs), enabled: false, expiresAt: ttlIn(TOMBSTONE_SECONDS, nowMs) },
      condition: { text: 'attribute_exists(#pk) AND attribute_not_exists(#deletedAt)' },
      events: [raise(apiKeyDeleted, nowMs)],
    },
    removeCredentialWrite(stored.hash),
    noted(ctx, actor, apiKeyDeleted.type, stored),
  ])
  if (!outcome.ok) throw fail('not_found')
  await endSocketsBy(ctx, tenantId, 'apiKey', [id])
}
