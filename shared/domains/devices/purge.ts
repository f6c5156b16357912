import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import type { Key } from '#data/expressions.ts'
import type { Table, Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { conversationKey } from '../conversations/model.ts'
import { deliveryPartition } from '../deliveries/log.ts'
import { historyBytes, historyJobs } from '../history/model.ts'
import type { Device } from './model.ts'
import { deviceKey } from './repo.ts'

/** The stores a device leaves something in. */
export type PurgePorts = { session: Table; s3: S3Client; bucket: string }

type DeviceConversation = Key & { conversationId: number; jids: string[] }

const AT_ONCE = 16

/**
 * A deleted device whose data is still to be removed; what an answer to its owner says about it is kept as well. `only` says
 * that its messages and media are to stay.
 */
export type PendingPurge = { deviceId: string; tenantId: string; name: string; jid?: string; only?: 'login' }

/** All pending purges lie in one partition: there are few, and a job has to find them whatever their tenant. */
const PENDING = 'PURGE'

const pendingKey = (tenantId: string, deviceId: string): Key => ({ pk: PENDING, sk: `${tenantId}#${deviceId}` })

/** The write that notes a purge, in one transaction with the device's deletion. */
export const pendingPurgeWrite = ({ id, tenantId, name, jid }: Device, only?: PendingPurge['only']): Write => ({
  put: { ...pendingKey(tenantId, id), deviceId: id, tenantId, name, jid, only },
})

/** The pending purge of a tenant's deleted device. */
export const findPendingPurge = (ctx: Context, tenantId: string, deviceId: string): Promise<PendingPurge | undefined> =>
  ctx.main.get<PendingPurge>(pendingKey(tenantId, deviceId))

/** Makes a pending purge one of everything: the owner of a device that was deleted alone wants its messages gone as well. */
export const widenPurge = async (ctx: Context, { only: _, ...purge }: PendingPurge): Promise<PendingPurge> => {
  await ctx.main.put({ ...pendingKey(purge.tenantId, purge.deviceId), ...purge })
  return purge
}

/** Some of the pending purges of all tenants. */
export const listPendingPurges = async (ctx: Context): Promise<PendingPurge[]> =>
  (await ctx.main.query<PendingPurge>({ pk: PENDING, limit: 100 })).items

/** Removes the Signal state of a deleted device whose messages stay, which ends its pending purge. */
export const finishLoginPurge = async (
  ctx: Context,
  session: Table,
  { deviceId, tenantId }: Pick<PendingPurge, 'deviceId' | 'tenantId'>,
): Promise<void> => {
  await purgeLogin(session, deviceId, () => true)
  await ctx.main.remove(pendingKey(tenantId, deviceId))
}

/** Carries a pending purge on until `endMs` (monotonic); true when it is done, and then it is not pending any more. */
export const carryOnPurge = async (
  ctx: Context,
  ports: PurgePorts,
  { deviceId, tenantId, only }: PendingPurge,
  endMs: number,
): Promise<boolean> => {
  if (only === 'login') {
    await finishLoginPurge(ctx, ports.session, { deviceId, tenantId })
    return true
  }
  if (!(await purgeDevice(ctx, ports, { id: deviceId, tenantId }, endMs))) return false
  await ctx.main.remove(pendingKey(tenantId, deviceId))
  return true
}

/** Objects that belong to a device's sends. */
export const outboundPrefix = (tenantId: string, deviceId: string): string => `outbound/${tenantId}/${deviceId}/`

/** Facts of a person on the mark of a deleted device, which stays for a while so that events still under way find it. */
const PERSONAL = [
  'jid',
  'lid',
  'pushName',
  'platform',
  'avatarUrl',
  'avatarAt',
  'transitions',
  'tokenHash',
  'workspace',
  'reason',
]

/** Objects that were fetched for a caller who asked for a device's file; the bucket removes them after a day. */
export const downloadPrefix = (tenantId: string, deviceId: string): string => `downloads/${tenantId}/${deviceId}/`

/**
 * Removes everything a deleted device has left: Signal state, conversations with their messages, its contacts, whatever else lies
 * beside it, what is kept of its deliveries, and media. It can be repeated, and goes on where it stopped: false when `endMs`
 * (monotonic) came before the end. The tenant's contacts stay, since they belong to all its numbers.
 */
export const purgeDevice = async (
  ctx: Context,
  ports: PurgePorts,
  device: Pick<Device, 'id' | 'tenantId'>,
  endMs: number,
): Promise<boolean> => {
  const inTime = (): boolean => ctx.clock.monotonicMs() < endMs
  const { id, tenantId } = device
  if (!(await purgeLogin(ports.session, id, inTime))) return false
  for (const prefix of [outboundPrefix(tenantId, id), downloadPrefix(tenantId, id)]) {
    if (!(await emptyPrefix(ports, prefix, inTime))) return false
  }
  for (;;) {
    const { items } = await ctx.main.query<DeviceConversation>({ pk: `D#${id}`, prefix: 'CV#', limit: 50 })
    if (items.length === 0) break
    for (const listed of items) {
      if (!(await purgeConversation(ctx, ports, device, listed, inTime))) return false
    }
  }
  const own = { kind: 'device' as const, tenantId, deviceId: id }
  if (!(await emptyPartition(ctx.main, deliveryPartition(own), undefined, inTime))) return false
  const { pk, sk } = deviceKey(id)
  if (!(await emptyPartition(ctx.main, pk, undefined, inTime, sk))) return false
  await ctx.main.update(
    { pk, sk },
    { set: { name: '' }, remove: PERSONAL, condition: { text: 'attribute_exists(#deletedAt)' }, returns: 'none' },
  )
  return true
}

/** Signal state, and with it the lists of media that were still to be fetched and of history that was still to be read. */
const purgeLogin = async (session: Table, id: string, inTime: () => boolean): Promise<boolean> =>
  (await emptyPartition(session, `A#${id}`, undefined, inTime)) &&
  (await emptyPartition(session, `MP#${id}`, undefined, inTime)) &&
  (await emptyPartition(session, historyJobs(id), undefined, inTime)) &&
  (await emptyPartition(session, historyBytes(id), undefined, inTime))

const purgeConversation = async (
  ctx: Context,
  ports: PurgePorts,
  { id, tenantId }: Pick<Device, 'id' | 'tenantId'>,
  listed: DeviceConversation,
  inTime: () => boolean,
): Promise<boolean> => {
  const { conversationId, jids } = listed
  if (!(await emptyPrefix(ports, `inbound/${tenantId}/${conversationId}/`, inTime))) return false
  for (const jid of new Set([...jids, ...(await learntJids(ctx, tenantId, conversationId))])) {
    await ctx.main.remove({ pk: `CT#${tenantId}#${id}#${jid}`, sk: 'META' })
  }
  if (!(await emptyPartition(ctx.main, `C#${tenantId}#${conversationId}`, undefined, inTime))) return false
  // The entry goes last: until then a repetition finds the conversation again.
  await ctx.main.remove({ pk: listed.pk, sk: listed.sk })
  return true
}

/** Addresses of the other side that were learnt after the conversation was opened; they hold claims on it as well. */
const learntJids = async (ctx: Context, tenantId: string, conversationId: number): Promise<string[]> => {
  const conversation = await ctx.main.get<{ contactId?: number }>(conversationKey(tenantId, conversationId))
  if (conversation?.contactId === undefined) return []
  const contact = await ctx.main.get<{ phone?: string; lid?: string }>({
    pk: `K#${tenantId}#${conversation.contactId}`,
    sk: 'META',
  })
  return [contact?.phone && `${contact.phone}@s.whatsapp.net`, contact?.lid && `${contact.lid}@lid`].filter(
    (jid): jid is string => typeof jid === 'string',
  )
}

/** Removes the items of a partition but for the one with the sort key `spared`. */
const emptyPartition = async (
  table: Table,
  pk: string,
  prefix: string | undefined,
  inTime: () => boolean,
  spared?: string,
): Promise<boolean> => {
  for (;;) {
    if (!inTime()) return false
    const found = await table.query<Key>({ pk, prefix, limit: 200 })
    const items = found.items.filter(({ sk }) => sk !== spared)
    if (items.length === 0) return true
    for (let at = 0; at < items.length; at += AT_ONCE) {
      await Promise.all(items.slice(at, at + AT_ONCE).map((item) => table.remove({ pk: item.pk, sk: item.sk })))
    }
  }
}

const emptyPrefix = async ({ s3, bucket }: PurgePorts, prefix: string, inTime: () => boolean): Promise<boolean> => {
  for (;;) {
    if (!inTime()) return false
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))
    const objects = (Contents ?? []).map(({ Key: key }) => ({ Key: key }))
    if (objects.length === 0) return true
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    )
    if (Errors && Errors.length > 0) throw new Error(`objects could not be deleted: ${Errors[0]?.Code}`)
  }
}
