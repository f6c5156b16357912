import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { valueAt } from '../events/json-path.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import type { OriginRequest } from './messages.ts'
import { parseProxyAnswer } from './proxy-answer.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { type Client, type Connection, connectFields, requestContext } from './socket-event.ts'
import { type SocketRoute, socketRoutes } from './socket-routes.ts'

/** Limits of API Gateway: message size, idle time and age of a connection. */
const MAX_MESSAGE_BYTES = 128 * 1024
const IDLE_MS = 600_000
const MAX_AGE_MS = 7_200_000

/** Longest a client may take to answer a close. */
const CLOSE_WITHIN_MS = 1000

const apiSchema = z.looseObject({ RouteSelectionExpression: z.string().default('$request.body.action') })

/** A WebSocket API of the templates. */
export class WebSocketApi {
  readonly stage: string
  readonly connections = new Map<string, Connection>()
  readonly #api: ResolvedResource
  readonly #host: string
  readonly #selector: string
  readonly #routes: Map<string, SocketRoute>
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  readonly #sweep: NodeJS.Timeout

  constructor(app: ResolvedApp, api: ResolvedResource, functions: ReadonlyMap<string, LambdaFunction>) {
    this.#api = api
    this.#host = `${api.name}.execute-api.${app.local.region}.amazonaws.com`
    this.#selector = apiSchema.parse(api.properties).RouteSelectionExpression.replace(/^\$request\.body/, '$')
    const stage = app.ofType('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.ApiId === api.name)
    this.stage = stage?.name ?? 'prod'
    this.#routes = socketRoutes(app, api, functions, this.stage)
    this.#sweep = setInterval(() => this.#closeOld(), 30_000).unref()
  }

  /** Takes an upgrade request; the path has to be the stage's root, as at the deployed endpoint. */
  async upgrade(request: OriginRequest, raw: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (request.path.replace(/\/$/, '') !== `/${this.stage}`) return refuseUpgrade(socket, 403, '')
    const connection = {
      id: randomBytes(9).toString('base64url'),
      connectedAtMs: Date.now(),
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    }
    const route = this.#routes.get('$connect')
    const answer = route && (await this.#connect(route, connection, request))
    if (answer !== undefined && answer.status >= 300)
      return refuseUpgrade(socket, answer.status, answer.body.toString())
    if (socket.destroyed) return await this.#disconnected(connection, 1006, '')
    this.#server.handleUpgrade(raw, socket, head, (ws) =>
      this.#open({ ...connection, socket: ws, lastActiveMs: Date.now() }),
    )
  }

  /** Sends data to a connection. Gives false when it is gone. Throws nothing. */
  post(id: string, data: Buffer): 'sent' | 'gone' | 'tooLarge' {
    const connection = this.connections.get(id)
    if (connection === undefined) return 'gone'
    if (data.length > MAX_MESSAGE_BYTES) return 'tooLarge'
    connection.lastActiveMs = Date.now()
    connection.socket.send(data.toString(), { binary: false })
    return 'sent'
  }

  /** Closes a connection; false when it is gone. */
  disconnect(id: string): boolean {
    const connection = this.connections.get(id)
    connection?.socket.close(1000, 'Connection Closed Normally')
    return connection !== undefined
  }

  /** Closes every connection as a service that goes away does, and hands each to the disconnect route. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    const open = [...this.connections.values()].map(({ socket }) => {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.close(1001, 'Going away')
      // A client that does not answer the close is cut off.
      const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS)
      return closed.finally(() => clearTimeout(timer))
    })
    await Promise.all(open)
  }

  async #connect(route: SocketRoute, connection: Client, request: OriginRequest) {
    const event = { ...connectFields(request), requestContext: this.#context(connection, '$connect', 'CONNECT') }
    const failed = { status: 502, headers: {}, body: Buffer.from('{"message": "Internal server error"}') }
    try {
      return parseProxyAnswer(await route.fn.invoke(JSON.stringify(event)), '1.0') ?? failed
    } catch {
      return failed
    }
  }

  #open(connection: Connection): void {
    const { socket, id } = connection
    this.connections.set(id, connection)
    socket.on('message', (data, isBinary) => {
      connection.lastActiveMs = Date.now()
      void this.#message(connection, data as Buffer, isBinary)
    })
    socket.on('error', () => {})
    socket.on('close', (code, reason) => {
      this.connections.delete(id)
      void this.#disconnected(connection, code, reason.toString())
    })
  }

  async #message(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    const body = data.toString()
    const key = this.#routeKey(body)
    const route = this.#routes.get(key) ?? this.#routes.get('$default')
    const context = this.#context(connection, this.#routes.has(key) ? key : '$default', 'MESSAGE')
    const failed = JSON.stringify({
      message: 'Internal server error',
      connectionId: connection.id,
      requestId: context.requestId,
    })
    if (route === undefined)
      return void this.post(connection.id, Buffer.from(failed.replace('Internal server error', 'Forbidden')))
    try {
      const event = {
        requestContext: { ...context, messageId: randomBytes(9).toString('base64url') },
        body: isBinary ? data.toString('base64') : body,
        isBase64Encoded: isBinary,
      }
      const answer = parseProxyAnswer(await route.fn.invoke(JSON.stringify(event)), '1.0')
      if (route.responds && answer !== undefined && answer.body.length > 0) this.post(connection.id, answer.body)
    } catch {
      this.post(connection.id, Buffer.from(failed))
    }
  }

  #routeKey(body: string): string {
    try {
      return String(valueAt(this.#selector, JSON.parse(body)) ?? '$default')
    } catch {
      return '$default'
    }
  }

  async #disconnected(connection: Client, code: number, reason: string): Promise<void> {
    const route = this.#routes.get('$disconnect')
    if (route === undefined) return
    const context = this.#context(connection, '$disconnect', 'DISCONNECT')
    const requestContext = { ...context, disconnectStatusCode: code, disconnectReason: reason }
    await route.fn.invokeAsync(
      JSON.stringify({ headers: {}, multiValueHeaders: {}, requestContext, isBase64Encoded: false }),
    )
  }

  #context(client: Client, routeKey: string, eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT') {
    return {
      ...requestContext(client, routeKey, eventType),
      apiId: this.#api.name,
      stage: this.stage,
      domainName: this.#host,
    }
  }

  #closeOld(): void {
    const now = Date.now()
    for (const { socket, lastActiveMs, connectedAtMs } of this.connections.values()) {
      if (now - lastActiveMs > IDLE_MS || now - connectedAtMs > MAX_AGE_MS) socket.close(1001, 'Going away')
    }
  }
}
