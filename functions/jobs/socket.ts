import { isDeepStrictEqual } from 'node:util'
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { z } from 'zod'
import { addConnection, removeConnection } from '#domains/deliveries/connections.ts'
import { devicesOf, pendingDevice } from '#domains/guide/devices.ts'
import type { Actor, CredentialKind } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { defineJob } from '#kit/define-job.ts'
import { fail, toAppError } from '#kit/errors.ts'
import { authenticate } from '#kit/http/authenticate.ts'
import { callerAddress, cameThroughFront, type FrontCheck } from '#kit/http/front.ts'
import type { HttpRequest } from '#kit/http/request.ts'
import { lazy } from '#kit/lazy.ts'
import { resource } from '#kit/resources.ts'

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})

const socketEvent = z.object({
  requestContext: z.object({
    routeKey: z.string(),
    connectionId: z.string(),
    identity: z.object({ sourceIp: z.string().default('') }).optional(),
  }),
  headers: texts,
  queryStringParameters: texts,
  body: z.string().nullish(),
})

type SocketEvent = z.infer<typeof socketEvent>

/** Every credential that stands for a tenant or one of its devices may listen. */
const ACCEPTED: readonly CredentialKind[] = [
  'userToken',
  'apiKey',
  'deviceToken',
  'sessionToken',
  'managerKey',
  'matrixToken',
  'adminToken',
]

/**
 * The connection's request as the authenticator reads it. Browsers cannot set headers on a WebSocket, so a credential of
 * any kind may come as `?token=`; it is put where its form says it belongs.
 */
export const connectRequest = (event: SocketEvent): HttpRequest => {
  const token = event.queryStringParameters.token
  const headers = Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const isBearer = token !== undefined && (token.startsWith('mt_') || token.split('.').length === 3)
  return {
    method: 'GET',
    path: '/',
    query: event.queryStringParameters,
    headers: token ? { authorization: isBearer ? `Bearer ${token}` : token, apikey: token, ...headers } : headers,
    text: '',
    ip: callerAddress(headers, event.requestContext.identity?.sourceIp ?? ''),
  }
}

/** The header in which CloudFront's function says by which path a socket was asked for: API Gateway has one path only. */
const PATH_HEADER = 'x-switchboard-path'

/** Where the Guide's clients see the QR codes of the device they link. */
const LINK_PATH = '/api/v1/devices/qr-code'

/** The device that a token's socket shows the codes of. */
const linkOf = async (ctx: Context, { tenantId, identity }: Actor): Promise<{ deviceId?: string }> => {
  const devices = identity === undefined ? [] : await devicesOf(ctx, { tenantId, identity })
  return { deviceId: pendingDevice(devices)?.id }
}

/**
 * Whoever ends the sockets of a user or a key lists them after the change that ends them: one that is opened at the same moment is
 * in that list, or finds here that its credential is not what it was. Throws when it is not, with the socket forgotten.
 */
const requireUnchanged = async (
  ctx: Context,
  connectionId: string,
  request: HttpRequest,
  before: Actor,
): Promise<void> => {
  try {
    if (!isDeepStrictEqual(await authenticate(ctx, request, [before.kind]), before)) throw fail('try_again')
  } catch (error) {
    await removeConnection(ctx, connectionId)
    throw error
  }
}

const connect = async (ctx: Context, event: SocketEvent, front: FrontCheck): Promise<{ statusCode: number }> => {
  try {
    const request = connectRequest(event)
    if (!(await front(request.headers))) throw fail('forbidden')
    const isLink = request.headers[PATH_HEADER] === LINK_PATH
    const actor = await authenticate(ctx, request, isLink ? ['matrixToken'] : ACCEPTED)
    const link = isLink ? await linkOf(ctx, actor) : undefined
    await addConnection(ctx, event.requestContext.connectionId, actor, link)
    await requireUnchanged(ctx, event.requestContext.connectionId, request, actor)
    return { statusCode: 200 }
  } catch (error) {
    const { status, code } = toAppError(error)
    if (status >= 500) ctx.log.error('a WebSocket could not be opened', { error })
    else ctx.log.info('a WebSocket was refused', { code })
    return { statusCode: status }
  }
}

const gateway = lazy(() => new ApiGatewayManagementApiClient({ endpoint: resource('SOCKET_ENDPOINT') }))

/** What a client sends only keeps the connection open: an idle one ends after ten minutes. */
const answer = async ({ requestContext, body }: SocketEvent): Promise<void> => {
  if (!body?.includes('ping')) return
  const ConnectionId = requestContext.connectionId
  await gateway().send(new PostToConnectionCommand({ ConnectionId, Data: JSON.stringify({ type: 'pong' }) }))
}

/** Serves the three routes of the WebSocket API. `front` tells whether a connection was asked for through CloudFront. */
export const serveSocket = async (
  ctx: Context,
  raw: unknown,
  front: FrontCheck = cameThroughFront,
): Promise<{ statusCode: number }> => {
  const event = socketEvent.parse(raw)
  const { routeKey, connectionId } = event.requestContext
  if (routeKey === '$connect') return connect(ctx, event, front)
  if (routeKey === '$disconnect') await removeConnection(ctx, connectionId)
  else await answer(event)
  return { statusCode: 200 }
}

export const job = defineJob({
  name: 'socket',
  summary: 'Opens and closes WebSocket connections of the realtime API and answers their pings.',
  trigger: { kind: 'socket' },
  needs: { main: 'readWrite', platformSecret: 'read', frontSecret: 'read', sockets: 'push' },
  timeoutSeconds: 15,
  memoryMb: 512,
  handler: (ctx, event) => serveSocket(ctx, event),
})
