import type { Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import { type Actor, can, userIdOf } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { type EventRecord, raise } from '#kit/define-event.ts'
import type { Device } from '../devices/model.ts'
import { linkSocketOpened } from '../guide/events.ts'
import { seesDevice } from '../inboxes/scope.ts'

/** An open WebSocket and what its owner may see. */
export type Connection = {
  connectionId: string
  tenantId: string
  /** The credential it was opened with: when that ends, it ends as well. */
  by: Pick<Actor, 'kind' | 'id'>
  /** The sign-in it belongs to, when the credential is a user's token. */
  sessionId?: string
  /** When the credential's time is over, RFC 3339. */
  expiresOn?: string
  /** The user who listens; undefined for every other credential. */
  userId?: number
  /** Only this device's events, when the credential stands for one device. */
  deviceId?: string
  /** The inboxes of a user who does not see all of them (see `seesDevice`). */
  inboxIds?: number[]
  /** Only devices of this identity, when the credential is a token of the Guide's. */
  identity?: string
  /**
   * It was opened to link a phone, and hears of nothing else: of this device, or of none when there was none to link. It has
   * frames of its own.
   */
  link?: { deviceId?: string }
  /** QR codes link a phone to the device: they go to those who may manage devices. */
  seesQr: boolean
  connectedAt: string
}

/** API Gateway ends a WebSocket after two hours; an entry whose end nobody heard of goes a little later. */
const KEPT_SECONDS = 2 * 3600 + 900

const listKey = (tenantId: string, connectionId: string): Key => ({ pk: `WS#${tenantId}`, sk: connectionId })
const idKey = (connectionId: string): Key => ({ pk: `WSC#${connectionId}`, sk: 'META' })

/** Remembers an open connection of an actor. One that was opened to link a phone is announced: only then can it be written to. */
export const addConnection = async (
  ctx: Context,
  connectionId: string,
  actor: Actor,
  link?: Connection['link'],
): Promise<void> => {
  const { tenantId, kind, id, deviceId, inboxIds, identity, sessionId, expiresOn } = actor
  const nowMs = ctx.clock.nowMs()
  const connection: Connection = {
    connectionId,
    tenantId,
    by: { kind, id },
    sessionId,
    expiresOn,
    userId: userIdOf(actor),
    deviceId,
    inboxIds: inboxIds && [...inboxIds],
    identity,
    link,
    seesQr: deviceId !== undefined || identity !== undefined || can(actor, 'devices.manage'),
    connectedAt: isoTime(nowMs),
  }
  const expiresAt = ttlIn(KEPT_SECONDS, nowMs)
  await ctx.main.transact([
    {
      put: { ...listKey(tenantId, connectionId), ...connection, expiresAt },
      events: link && [raise(linkSocketOpened, nowMs)],
    },
    { put: { ...idKey(connectionId), tenantId, expiresAt } },
  ])
}

/** Forgets a connection, of which API Gateway tells only the id. */
export const removeConnection = async (ctx: Context, connectionId: string): Promise<void> => {
  const found = await ctx.main.get<{ tenantId: string }>(idKey(connectionId))
  if (!found) return
  await ctx.main.transact([{ remove: listKey(found.tenantId, connectionId) }, { remove: idKey(connectionId) }])
}

/** A connection that is being opened, or is open. */
export const findConnection = (ctx: Context, tenantId: string, connectionId: string): Promise<Connection | undefined> =>
  ctx.main.get<Connection>(listKey(tenantId, connectionId))

/** The open connections of a tenant; `consistent` when none may be missed. */
export const listConnections = async (
  ctx: Context,
  tenantId: string,
  { consistent = false }: { consistent?: boolean } = {},
): Promise<Connection[]> => {
  const found: Connection[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Connection>({ pk: `WS#${tenantId}`, consistent, startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found
}

/** Whether the time of the credential behind a connection is over. */
export const isOver = ({ expiresOn }: Pick<Connection, 'expiresOn'>, nowMs: number): boolean =>
  expiresOn !== undefined && Date.parse(expiresOn) <= nowMs

/** Whether one has to know the device of an event to say if the owner of a connection may see it. */
export const needsDevice = ({ inboxIds, identity }: Connection): boolean =>
  inboxIds !== undefined || identity !== undefined

/** Whether the owner of a connection may see an event of this device. */
export const maySee = (
  connection: Connection,
  event: EventRecord,
  device: Pick<Device, 'inboxId' | 'identity'> | undefined,
): boolean => {
  if (connection.tenantId !== event.tenantId || connection.link !== undefined) return false
  if (event.type === 'device.qr' && !connection.seesQr) return false
  if (connection.deviceId !== undefined && connection.deviceId !== event.deviceId) return false
  return !needsDevice(connection) || (device !== undefined && seesDevice(connection, device))
}
