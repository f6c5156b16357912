import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import {
  type Connection,
  isOver,
  listConnections,
  maySee,
  needsDevice,
  removeConnection,
} from '#domains/deliveries/connections.ts'
import { briefly } from '#domains/deliveries/sources.ts'
import { deviceDeleted } from '#domains/devices/events.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { linkSocketOpened } from '#domains/guide/events.ts'
import { endSocket, endSocketsOfDevice } from '#domains/sessions/end.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { defineSubscriber } from '#kit/define-subscriber.ts'
import { lazy } from '#kit/lazy.ts'
import { resource } from '#kit/resources.ts'
import { pushFirstFrame, pushLinkFrames } from './_link-push.ts'

const gateway = lazy(() => new ApiGatewayManagementApiClient({ endpoint: resource('SOCKET_ENDPOINT'), maxAttempts: 2 }))

// Events that come together share a lookup, and a socket that was just opened misses none of what follows.
const connectionsOf = briefly(listConnections)
const deviceOf = briefly(findDevice)

const post = async (ctx: Context, { connectionId }: Connection, data: string): Promise<void> => {
  try {
    await gateway().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }))
  } catch (error) {
    if (error instanceof GoneException) return removeConnection(ctx, connectionId)
    // A push is a hint: clients read anew when they notice a gap. Repeating it would double it for all the others.
    ctx.log.warn('a push did not arrive', { error: String(error) })
  }
}

const push = async (ctx: Context, event: EventRecord): Promise<void> => {
  if (event.type === linkSocketOpened.type) return pushFirstFrame(ctx, gateway(), event)
  const connections = await stillOpen(ctx, await connectionsOf(ctx, event.tenantId, Date.parse(event.at)))
  if (connections.length > 0) await show(ctx, event, connections)
  // The device's token ended with it. Its own end is the last thing that they hear who listened with that.
  if (event.type === deviceDeleted.type && event.deviceId) await endSocketsOfDevice(ctx, event.tenantId, event.deviceId)
}

/** Ends the connections whose credential's time is over; gives the others. */
const stillOpen = async (ctx: Context, connections: Connection[]): Promise<Connection[]> => {
  const nowMs = ctx.clock.nowMs()
  const over = connections.filter((connection) => isOver(connection, nowMs))
  await Promise.all(over.map((connection) => endSocket(ctx, connection)))
  return over.length === 0 ? connections : connections.filter((connection) => !over.includes(connection))
}

const show = async (ctx: Context, event: EventRecord, connections: readonly Connection[]): Promise<void> => {
  const raisedMs = Date.parse(event.at)
  await pushLinkFrames(ctx, gateway(), event, connections)
  const { deviceId } = event
  const device =
    deviceId !== undefined && connections.some(needsDevice) ? await deviceOf(ctx, deviceId, raisedMs) : undefined
  const data = JSON.stringify({ type: 'event', event })
  const seeing = connections.filter((connection) => maySee(connection, event, device))
  await Promise.all(seeing.map((connection) => post(ctx, connection, data)))
}

export const subscriber = defineSubscriber({
  name: 'push-on-event',
  summary: 'Shows events at once to the WebSocket connections that may see them.',
  // Nobody waits for "accepted": who sent the message has had the answer, and "sent" follows within moments.
  events: { allBut: ['message.accepted'] },
  needs: { main: 'readWrite', sockets: 'push' },
  timeoutSeconds: 15,
  memoryMb: 512,
  handler: push,
})
