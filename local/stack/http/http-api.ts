import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { functionNameOf } from '../lambda/definition.ts'
import { InvocationError } from '../lambda/invocation.ts'
import { assertMayInvoke } from '../lambda/invoke-permission.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import { corsHeaders, corsSchema, preflightHeaders } from './cors.ts'
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
import { compileRoutes, type RouteMatch, type RouteMatcher } from './routes.ts'
import { withTimeout } from './with-timeout.ts'

/** Largest request body of API Gateway, and longest integration of an HTTP API. */
const MAX_BODY_BYTES = 10 * 1024 * 1024
const MAX_INTEGRATION_MS = 30_000

const apiSchema = z.looseObject({ CorsConfiguration: corsSchema.optional() })
const routeSchema = z.looseObject({ ApiId: z.string(), RouteKey: z.string(), Target: z.string().optional() })
const integrationSchema = z.looseObject({
  ApiId: z.string(),
  IntegrationType: z.string(),
  IntegrationUri: z.string().default(''),
  TimeoutInMillis: z.coerce.number().default(MAX_INTEGRATION_MS),
})

type Target = { fn: LambdaFunction; timeoutMs: number }

/** An HTTP API of the templates, called with paths that begin with its stage unless that is `$default`. */
export class HttpApi implements Origin {
  readonly #api: ResolvedResource
  readonly #match: RouteMatcher<Target>
  readonly #cors: z.infer<typeof corsSchema> | undefined
  readonly #stage: string
  readonly #accountId: string
  readonly #host: string

  constructor(app: ResolvedApp, api: ResolvedResource, functions: ReadonlyMap<string, LambdaFunction>) {
    this.#api = api
    this.#cors = apiSchema.parse(api.properties).CorsConfiguration
    this.#accountId = app.local.accountId
    this.#host = `${api.name}.execute-api.${app.local.region}.amazonaws.com`
    const stage = app.ofType('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.ApiId === api.name)
    this.#stage = stage?.name ?? '$default'
    this.#match = compileRoutes(apiRoutes(app, api, functions, this.#stage))
  }

  async handle(request: OriginRequest, answer: AnswerSink): Promise<void> {
    const preflight = preflightHeaders(this.#cors, request)
    if (preflight !== undefined) {
      answer.head(204, preflight)
      answer.end()
      return
    }
    const cors = corsHeaders(this.#cors, request)
    const path = this.#withoutStage(request.path)
    const match = path === undefined ? undefined : this.#match(request.method, path)
    if (match === undefined) return answerJson(answer, 404, { message: 'Not Found' }, cors)
    try {
      const event = await this.#event(request, match)
      const { fn, timeoutMs } = match.target
      const result = parseProxyAnswer(await withTimeout(fn.invoke(JSON.stringify(event)), timeoutMs), '2.0')
      if (result === undefined) return answerJson(answer, 500, { message: 'Internal Server Error' }, cors)
      sendAnswer(answer, { ...result, headers: { ...result.headers, ...cors } })
    } catch (error) {
      const [status, message] = errorAnswer(error)
      answerJson(answer, status, { message }, cors)
    }
  }

  #withoutStage(path: string): string | undefined {
    if (this.#stage === '$default') return path
    if (path === `/${this.#stage}`) return '/'
    return path.startsWith(`/${this.#stage}/`) ? path.slice(this.#stage.length + 1) : undefined
  }

  /** The event of payload format 2.0. */
  async #event(request: OriginRequest, match: RouteMatch<Target>): Promise<Record<string, unknown>> {
    const body = await request.body(MAX_BODY_BYTES)
    const { cookie, ...headers } = request.headers
    const now = new Date()
    const text = isTextType(headers['content-type'])
    const parameters = queryParameters(request.query)
    return {
      version: '2.0',
      routeKey: match.key,
      rawPath: request.path,
      rawQueryString: request.query,
      ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
      headers,
      ...(parameters && {
        queryStringParameters: Object.fromEntries(
          Object.entries(parameters).map(([name, all]) => [name, all.join(',')]),
        ),
      }),
      requestContext: {
        accountId: this.#accountId,
        apiId: this.#api.name,
        domainName: this.#host,
        domainPrefix: this.#api.name,
        http: {
          method: request.method,
          path: request.path,
          protocol: 'HTTP/1.1',
          sourceIp: request.sourceIp,
          userAgent: headers['user-agent'] ?? '',
        },
        requestId: randomUUID(),
        routeKey: match.key,
        stage: this.#stage,
        time: now.toISOString(),
        timeEpoch: now.getTime(),
      },
      ...(match.pathParameters && { pathParameters: match.pathParameters }),
      ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
      isBase64Encoded: body.length > 0 && !text,
    }
  }
}

function apiRoutes(
  app: ResolvedApp,
  api: ResolvedResource,
  functions: ReadonlyMap<string, LambdaFunction>,
  stage: string,
) {
  const integrations = new Map(
    app
      .ofType('AWS::ApiGatewayV2::Integration')
      .filter(({ properties }) => properties.ApiId === api.name)
      .map((resource) => [resource.name, integrationSchema.parse(resource.properties)]),
  )
  return app
    .ofType('AWS::ApiGatewayV2::Route')
    .map(({ properties }) => routeSchema.parse(properties))
    .filter(({ ApiId }) => ApiId === api.name)
    .map(({ RouteKey, Target }) => {
      const integration = integrations.get(Target?.split('/').at(-1) ?? '')
      const fn = functions.get(functionNameOf(integration?.IntegrationUri ?? ''))
      if (integration === undefined || fn === undefined) {
        throw new Error(`route ${RouteKey} of ${api.logicalId} leads to no function of this app`)
      }
      assertMayInvoke(app, api, fn.definition.name, stage, RouteKey.replace(' ', ''))
      return { key: RouteKey, target: { fn, timeoutMs: Math.min(integration.TimeoutInMillis, MAX_INTEGRATION_MS) } }
    })
}

function errorAnswer(error: unknown): [status: number, message: string] {
  if (error instanceof BodyTooLargeError) return [413, 'Request Entity Too Large']
  if (error instanceof InvocationError) {
    if (error.kind === 'tooLarge') return [413, 'Request Entity Too Large']
    if (error.kind === 'throttled') return [503, 'Service Unavailable']
    return [500, 'Internal Server Error']
  }
  return [503, 'Service Unavailable']
}
