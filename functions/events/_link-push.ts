import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { type Connection, findConnection, removeConnection } from '#domains/deliveries/connections.ts'
import { firstFrame, frameFor, type LinkFrame } from '#domains/guide/link-frames.ts'
import { delay } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'

/** Milliseconds between attempts to write to a socket that is only just being opened, and how many there are. */
const OPENING_EVERY_MS = 200
const OPENING_TRIES = 10

const tryPost = async (gateway: ApiGatewayManagementApiClient, id: string, frame: LinkFrame): Promise<boolean> => {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId: id, Data: JSON.stringify(frame) }))
    return true
  } catch (error) {
    if (error instanceof GoneException) return false
    throw error
  }
}

const close = async (gateway: ApiGatewayManagementApiClient, id: string): Promise<void> => {
  try {
    await gateway.send(new DeleteConnectionCommand({ ConnectionId: id }))
  } catch (error) {
    if (!(error instanceof GoneException)) throw error
  }
}

const write = async (
  ctx: Context,
  gateway: ApiGatewayManagementApiClient,
  { connectionId }: Connection,
  frame: LinkFrame,
  tries: number,
): Promise<void> => {
  let isThere = await tryPost(gateway, connectionId, frame)
  for (let attempt = 1; !isThere && attempt < tries; attempt += 1) {
    await delay(OPENING_EVERY_MS)
    isThere = await tryPost(gateway, connectionId, frame)
  }
  if (isThere && frame.type === 'qr') return
  await removeConnection(ctx, connectionId)
  if (isThere) await close(gateway, connectionId)
}

/**
 * Writes the first frame to a socket that was opened to link a phone. API Gateway takes nothing for it before its opening has been
 * answered, which may be a moment after the event.
 */
export const pushFirstFrame = async (
  ctx: Context,
  gateway: ApiGatewayManagementApiClient,
  { tenantId, data }: EventRecord,
): Promise<void> => {
  const opened = await findConnection(ctx, tenantId, String(data.connectionId))
  const frame = opened?.link && (await firstFrame(ctx, opened.link.deviceId))
  if (opened && frame) await write(ctx, gateway, opened, frame, OPENING_TRIES)
}

/** Writes to the sockets that were opened to link a device what an event of it means for them. */
export const pushLinkFrames = async (
  ctx: Context,
  gateway: ApiGatewayManagementApiClient,
  event: EventRecord,
  connections: readonly Connection[],
): Promise<void> => {
  const concerned = connections.filter(
    ({ link, tenantId }) =>
      link?.deviceId !== undefined && link.deviceId === event.deviceId && tenantId === event.tenantId,
  )
  const frame = concerned.length > 0 ? await frameFor(ctx, event) : undefined
  if (frame) await Promise.all(concerned.map((connection) => write(ctx, gateway, connection, frame, 1)))
}
