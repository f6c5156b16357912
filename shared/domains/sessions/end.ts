import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi'
import type { CredentialKind } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { lazy } from '#kit/lazy.ts'
import { resource } from '#kit/resources.ts'
import { type Connection, listConnections, removeConnection } from '../deliveries/connections.ts'

const gateway = lazy(() => new ApiGatewayManagementApiClient({ endpoint: resource('SOCKET_ENDPOINT'), maxAttempts: 2 }))

const close = async (ctx: Context, ConnectionId: string): Promise<void> => {
  try {
    await gateway().send(new DeleteConnectionCommand({ ConnectionId }))
  } catch (error) {
    if (error instanceof GoneException) return
    // It hears of nothing any more, and API Gateway ends it after two hours at the latest.
    ctx.log.warn('a WebSocket could not be closed', { error: String(error) })
  }
}

/** Ends a WebSocket connection at once: nothing more is written to it, then it is closed. */
export const endSocket = async (ctx: Context, { connectionId }: Pick<Connection, 'connectionId'>): Promise<void> => {
  await removeConnection(ctx, connectionId)
  await close(ctx, connectionId)
}

const endThose = async (ctx: Context, tenantId: string, whose: (connection: Connection) => boolean): Promise<void> => {
  const open = await listConnections(ctx, tenantId, { consistent: true })
  await Promise.all(open.filter(whose).map((connection) => endSocket(ctx, connection)))
}

/**
 * Ends the WebSocket connections of these users. Access and refresh tokens need no such list: they end with the user's
 * `tokenVersion`, which the change that ends them raises.
 */
export const endSockets = async (ctx: Context, tenantId: string, userIds: readonly number[]): Promise<void> => {
  if (userIds.length === 0) return
  await endThose(ctx, tenantId, ({ userId }) => userId !== undefined && userIds.includes(userId))
}

/** Ends the WebSocket connections that were opened with these credentials: keys, or tokens of the Guide's. */
export const endSocketsBy = async (
  ctx: Context,
  tenantId: string,
  kind: CredentialKind,
  ids: readonly string[],
): Promise<void> => {
  if (ids.length === 0) return
  // One that was opened before connections named their credential has none.
  await endThose(ctx, tenantId, ({ by }) => by?.kind === kind && ids.includes(by.id))
}

/** Ends the WebSocket connections of one sign-in. */
export const endSocketsOfSession = (ctx: Context, tenantId: string, id: string): Promise<void> =>
  endThose(ctx, tenantId, ({ sessionId }) => sessionId === id)

/** Ends the WebSocket connections that were opened with a device's own token. */
export const endSocketsOfDevice = (ctx: Context, tenantId: string, id: string): Promise<void> =>
  endThose(ctx, tenantId, ({ deviceId }) => deviceId === id)
