import { absent, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { newId, randomSecret } from '#kit/ids.ts'
import { auditWrite } from '../audit/log.ts'
import { credentialWrite } from '../credentials/repo.ts'
import { requireHeld } from '../users/guards.ts'
import { clientKey } from './keys.ts'
import { type Client, rightsOf } from './model.ts'

/** What a client is made from. */
export type NewClient = Pick<Client, 'tenantId' | 'clientId' | 'role' | 'scopes' | 'description'>

/** The writes that make a client with its secret; they lose when its name is taken. */
export const clientWrites = async (
  input: NewClient,
  clientSecret: string,
  now: string,
): Promise<{ client: Client; writes: Write[] }> => {
  const { tenantId, clientId } = input
  const secretHash = await tokenHash(`${clientId}:${clientSecret}`)
  const uid = newId('credential')
  const client: Client = { ...input, uid, active: true, secretHash, createdAt: now, updatedAt: now }
  const listed = { gsi1pk: `GCLL#${tenantId}`, gsi1sk: clientId }
  const credential = { kind: 'clientCredential' as const, tenantId, refId: clientId, capabilities: [], createdAt: now }
  return {
    client,
    writes: [
      { put: { ...clientKey(tenantId, clientId), ...listed, ...client }, condition: absent },
      credentialWrite(secretHash, credential),
    ],
  }
}

/** A client as the audit log names what was done to it. */
export const auditedClient = ({ clientId }: Pick<Client, 'clientId'>) => ({ kind: 'clientCredential', id: clientId })

/**
 * Refuses that a client credential gives rights it lacks: with another client's secret it would have them. People give what their
 * capability lets them. Throws `capability_not_held`.
 */
export const requireHeldRights = (actor: Actor, rights: readonly string[]): void => {
  if (actor.kind === 'clientCredential') requireHeld(actor, rights)
}

/** Makes a client; its secret is known here and never again. Throws `conflict` when the name is taken, and `capability_not_held`. */
export const createClient = async (
  ctx: Context,
  actor: Actor,
  wish: Omit<NewClient, 'tenantId'>,
): Promise<{ client: Client; clientSecret: string }> => {
  requireHeldRights(actor, rightsOf(wish))
  const clientSecret = randomSecret()
  const input = { ...wish, tenantId: actor.tenantId }
  const { client, writes } = await clientWrites(input, clientSecret, isoTime(ctx.clock.nowMs()))
  const facts = { role: client.role, scopes: client.scopes }
  const noted = auditWrite(ctx, actor, {
    action: 'client_credential.created',
    subject: auditedClient(client),
    facts,
  })
  const outcome = await ctx.main.transact([...writes, noted])
  if (!outcome.ok) throw fail('conflict', { message: `There is already a credential "${wish.clientId}".` })
  return { client, clientSecret }
}

/** A client by name, also one that is switched off or whose deletion has not come to its end. */
export const findClient = (ctx: Context, tenantId: string, clientId: string): Promise<Client | undefined> =>
  ctx.main.get<Client>(clientKey(tenantId, clientId))

/** A tenant's client by name. Throws `not_found`. */
export const requireClient = async (ctx: Context, tenantId: string, clientId: string): Promise<Client> => {
  const client = await findClient(ctx, tenantId, clientId)
  if (!client) throw fail('not_found', { message: 'There is no such credential.' })
  return client
}

/** All clients of a tenant by name. */
export const listClients = async (ctx: Context, tenantId: string): Promise<Client[]> => {
  const keys: Key[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Key>({ pk: `GCLL#${tenantId}`, index: 'gsi1', startKey })
    keys.push(...page.items)
    startKey = page.next
  } while (startKey)
  const clients = await ctx.main.getMany<Client>(keys.map(({ pk, sk }) => ({ pk, sk })))
  return clients.filter(({ endedAt }) => endedAt === undefined).sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
}
