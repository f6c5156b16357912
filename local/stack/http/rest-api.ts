import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { functionNameOf } from '../lambda/definition.ts'
import type { StreamReceiver } from '../lambda/invocation.ts'
import { assertMayInvoke } from '../lambda/invoke-permission.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import {
  type AnswerSink,
  answerJson,
  BodyTooLargeError,
  isTextType,
  type Origin,
  type OriginRequest,
  queryParameters,
} from './messages.ts'
import { parseProxyAnswer, sendAnswer } from './proxy-answer.ts'
import { compileRoutes, type Route, type RouteMatch, type RouteMatcher } from './routes.ts'
import { IntegrationTimeoutError, withTimeout } from './with-timeout.ts'

/** Largest request body, and longest integration without and with streaming. */
const MAX_BODY_BYTES = 10 * 1024 * 1024
const MAX_BUFFERED_MS = 29_000
const MAX_STREAM_MS = 900_000

const resourceSchema = z.looseObject({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() })
const methodSchema = z.looseObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  Integration: z.looseObject({
    Type: z.string().default('MOCK'),
    Uri: z.string().default(''),
    ResponseTransferMode: z.string().default('BUFFERED'),
    TimeoutInMillis: z.coerce.number().optional(),
  }),
})

type Target = { fn: LambdaFunction; streams: boolean; timeoutMs: number; resourcePath: string }

/** A REST API of the templates, called with paths that begin with its stage. */
export class RestApi implements Origin {
  readonly #api: ResolvedResource
  readonly #match: RouteMatcher<Target>
  readonly #stage: string
  readonly #accountId: string
  readonly #host: string

  constructor(app: ResolvedApp, api: ResolvedResource, functions: ReadonlyMap<string, LambdaFunction>) {
    this.#api = api
    this.#accountId = app.local.accountId
    this.#host = `${api.name}.execute-api.${app.local.region}.amazonaws.com`
    const stage = app.ofType('AWS::ApiGateway::Stage').find(({ properties }) => properties.RestApiId === api.name)
    this.#stage = stage?.name ?? 'prod'
    this.#match = compileRoutes(methodRoutes(app, api, functions, this.#stage))
  }

  async handle(request: OriginRequest, answer: AnswerSink): Promise<void> {
    const prefix = `/${this.#stage}`
    const path = request.path.startsWith(`${prefix}/`) ? request.path.slice(prefix.length) : undefined
    const match = path === undefined ? undefined : this.#match(request.method, path)
    if (match === undefined) return answerJson(answer, 403, { message: 'Missing Authentication Token' })
    try {
      const event = JSON.stringify(await this.#event(request, path!, match))
      const { fn, streams, timeoutMs } = match.target
      if (streams) return await stream(fn, event, answer, timeoutMs)
      const result = parseProxyAnswer(await withTimeout(fn.invoke(event), timeoutMs), '1.0')
      if (result === undefined) return answerJson(answer, 502, { message: 'Internal server error' })
      sendAnswer(answer, result)
    } catch (error) {
      if (error instanceof BodyTooLargeError) return answerJson(answer, 413, { message: 'Request Too Long' })
      if (error instanceof IntegrationTimeoutError) {
        return answerJson(answer, 504, { message: 'Endpoint request timed out' })
      }
      answerJson(answer, 502, { message: 'Internal server error' })
    }
  }

  /** The event of payload format 1.0. */
  async #event(request: OriginRequest, path: string, match: RouteMatch<Target>): Promise<Record<string, unknown>> {
    const body = await request.body(MAX_BODY_BYTES)
    const text = body.length === 0 || isTextType(request.headers['content-type'])
    const parameters = queryParameters(request.query)
    const last = Object.entries(parameters ?? {}).map(([name, values]) => [name, values.at(-1)])
    const now = new Date()
    return {
      resource: match.target.resourcePath,
      path,
      httpMethod: request.method,
      headers: request.headers,
      multiValueHeaders: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: parameters === undefined ? null : Object.fromEntries(last),
      multiValueQueryStringParameters: parameters ?? null,
      pathParameters: match.pathParameters ?? null,
      stageVariables: null,
      requestContext: {
        accountId: this.#accountId,
        apiId: this.#api.name,
        domainName: this.#host,
        domainPrefix: this.#api.name,
        httpMethod: request.method,
        identity: { sourceIp: request.sourceIp, userAgent: request.headers['user-agent'] ?? null },
        path: request.path,
        protocol: 'HTTP/1.1',
        requestId: randomUUID(),
        requestTime: now.toISOString(),
        requestTimeEpoch: now.getTime(),
        resourcePath: match.target.resourcePath,
        stage: this.#stage,
      },
      body: body.length === 0 ? null : body.toString(text ? 'utf8' : 'base64'),
      isBase64Encoded: !text,
    }
  }
}

/** Passes a function's stream on as it is written; the client's going away ends the function's writes. */
async function stream(fn: LambdaFunction, event: string, answer: AnswerSink, timeoutMs: number): Promise<void> {
  let started = false
  let ended = false
  const end = () => {
    if (!ended) answer.end()
    ended = true
  }
  const receiver: StreamReceiver = {
    head: ({ statusCode, headers, cookies }) => {
      started = true
      answer.head(statusCode, cookies.length > 0 ? { ...headers, 'set-cookie': cookies } : headers)
    },
    chunk: (chunk) => answer.write(chunk),
    end,
  }
  answer.onAbort(() => fn.cancel(receiver))
  try {
    await withTimeout(fn.invoke(event, receiver), timeoutMs)
  } catch (error) {
    fn.cancel(receiver)
    if (!started) throw error
    // Half an answer must not look like a whole one.
    if (!ended) answer.cut()
    return
  }
  end()
}

function methodRoutes(
  app: ResolvedApp,
  api: ResolvedResource,
  functions: ReadonlyMap<string, LambdaFunction>,
  stage: string,
) {
  const paths = resourcePaths(app, api)
  return app
    .ofType('AWS::ApiGateway::Method')
    .map(({ properties }) => methodSchema.parse(properties))
    .filter(({ RestApiId, Integration }) => RestApiId === api.name && Integration.Type === 'AWS_PROXY')
    .map(({ ResourceId, HttpMethod, Integration }): Route<Target> => {
      const resourcePath = paths.get(ResourceId) ?? '/'
      const fn = functions.get(functionNameOf(Integration.Uri))
      if (fn === undefined) throw new Error(`${HttpMethod} ${resourcePath} of ${api.logicalId} leads to no function`)
      assertMayInvoke(app, api, fn.definition.name, stage, `${HttpMethod}${resourcePath}`)
      const streams = Integration.ResponseTransferMode === 'STREAM'
      const timeoutMs = Integration.TimeoutInMillis ?? (streams ? MAX_STREAM_MS : MAX_BUFFERED_MS)
      return { key: `${HttpMethod} ${resourcePath}`, target: { fn, streams, timeoutMs, resourcePath } }
    })
}

/** Full path of each resource of an API by its id. */
function resourcePaths(app: ResolvedApp, api: ResolvedResource): Map<string, string> {
  const parts = new Map(
    app
      .ofType('AWS::ApiGateway::Resource')
      .map((resource) => [resource.name, resourceSchema.parse(resource.properties)] as const)
      .filter(([, { RestApiId }]) => RestApiId === api.name),
  )
  const pathOf = (id: string): string => {
    const part = parts.get(id)
    return part === undefined ? '' : `${pathOf(part.ParentId)}/${part.PathPart}`
  }
  return new Map([...parts.keys(), api.attribute('RootResourceId')].map((id) => [id, pathOf(id) || '/']))
}
