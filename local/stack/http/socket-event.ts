import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { type OriginRequest, queryParameters } from './messages.ts'

/** Who opened a connection, and when. */
export type Client = { id: string; connectedAtMs: number; sourceIp: string; userAgent: string }

/** An open connection. */
export type Connection = Client & { socket: WebSocket; lastActiveMs: number }

/** What the event of a connection that is being opened tells of its request. */
export function connectFields({ headers, query }: OriginRequest) {
  const parameters = queryParameters(query)
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...(parameters && {
      queryStringParameters: Object.fromEntries(Object.entries(parameters).map(([name, all]) => [name, all.at(-1)])),
      multiValueQueryStringParameters: parameters,
    }),
    isBase64Encoded: false,
  }
}

/** The context of an event of a connection, as far as it is the same for every API. */
export function requestContext(client: Client, routeKey: string, eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT') {
  const now = new Date()
  const requestId = randomUUID()
  return {
    routeKey,
    eventType,
    connectionId: client.id,
    connectedAt: client.connectedAtMs,
    messageDirection: 'IN',
    requestId,
    extendedRequestId: requestId,
    requestTime: now.toISOString(),
    requestTimeEpoch: now.getTime(),
    identity: { sourceIp: client.sourceIp, userAgent: client.userAgent },
  }
}
