import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import middy from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse'
import httpRouter from '@middy/http-router'
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, Context as LambdaContext } from 'aws-lambda'
import type { Context } from '../context.ts'
import type { Operation } from '../define-operation.ts'
import { fail, toAppError } from '../errors.ts'
import { processContext } from '../event-handler.ts'
import { newId } from '../ids.ts'
import { telemetry } from '../telemetry.ts'
import { cameThroughFront, type FrontCheck } from './front.ts'
import { type HttpRequest, readRequest } from './request.ts'
import { failed, type Result } from './respond.ts'
import { type KnownRoute, routesAt, routesOf, systemOf } from './routes.ts'
import { serve } from './serve.ts'
import { asEvent, preflight, type StreamedAnswer, streamed } from './streaming.ts'

/** What a handler works with; everything has the value of a deployed function unless a test says otherwise. */
export type HandlerOptions = {
  context?: () => Context
  /** What is known of paths beside the operations' own: those of all domains, for the function behind every other path. */
  known?: readonly KnownRoute[]
  /** Tells whether a request came through CloudFront. */
  front?: FrontCheck
}

/**
 * The Lambda handler of a domain: refuses what went past the public host, routes to the domain's operations and answers each
 * request (see `serve`). What fits no operation is answered by what is known of paths.
 */
export const createDomainHandler = (operations: readonly Operation[], options: HandlerOptions = {}) => {
  const answer = router(operations, options)
  const handler: Router = async (event, lambda, abort) => {
    const result = await answer(event, lambda, abort)
    if (result.stream) throw new Error(`${event.rawPath}: a stream was answered where only whole bodies leave`)
    return result
  }
  return withTelemetry(middy<APIGatewayProxyEventV2, Result>(handler))
}

/** The same for operations with `streaming`, behind a REST API in stream mode: bodies leave as they are read. */
export const createStreamHandler = (operations: readonly Operation[], options: HandlerOptions = {}) => {
  const answer = router(operations, options)
  const handler = async (
    event: APIGatewayProxyEvent,
    lambda: LambdaContext,
    abort: { signal: AbortSignal },
  ): Promise<StreamedAnswer> => {
    const asked = preflight(event)
    if (asked) return asked
    return streamed(event, await answer(asEvent(event), lambda, abort))
  }
  // The mode is given by an option, which middy's types do not know to change what the handler is.
  const streaming = { executionMode: executionModeStreamifyResponse } as unknown as undefined
  return withTelemetry(middy<APIGatewayProxyEvent, StreamedAnswer>(handler, streaming))
}

const withTelemetry = <Event, Answer>(handler: middy.MiddyfiedHandler<Event, Answer>) => {
  const { logger, metrics } = telemetry()
  return handler.use(injectLambdaContext(logger)).use(logMetrics(metrics))
}

type Router = (event: APIGatewayProxyEventV2, lambda: LambdaContext, abort: { signal: AbortSignal }) => Promise<Result>

const router = (operations: readonly Operation[], options: HandlerOptions): Router => {
  const { context = processContext, known = operations, front = cameThroughFront } = options
  const matched = httpRouter<APIGatewayProxyEventV2, Result>({
    routes: routesOf(operations).map((route) => ({
      method: route.method,
      path: route.path,
      handler: (event: APIGatewayProxyEventV2) => serve(context(), route, event),
    })),
    notFoundResponse: () => undefined,
  })
  const answer: Router = async (event, lambda, abort) =>
    (await refused(front, known, event, context)) ??
    (await matched(event, lambda, abort)) ??
    unmatched(known, readRequest(event))
  return async (event, lambda, abort) => {
    if (event.requestContext.http.method !== 'HEAD') return answer(event, lambda, abort)
    const { stream, ...result } = await answer(asGet(event), lambda, abort)
    stream?.destroy()
    return { ...result, body: '', isBase64Encoded: false }
  }
}

/** HEAD is asked as GET: its answer is the same without a body. */
const asGet = (event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 => {
  const { requestContext } = event
  return { ...event, requestContext: { ...requestContext, http: { ...requestContext.http, method: 'GET' } } }
}

/** The answer to a request that went past the public host, and so past its firewall and limits; undefined for all others. */
const refused = async (
  front: FrontCheck,
  known: readonly KnownRoute[],
  event: APIGatewayProxyEventV2,
  context: () => Context,
): Promise<Result | undefined> => {
  const requestId = newId('request')
  const at = () => ({ system: systemOf(known, readRequest(event)) })
  try {
    if (await front(event.headers)) return undefined
    const message = 'This address is not for callers: requests go to the public host.'
    return failed(fail('forbidden', { message }), at(), requestId)
  } catch (error) {
    context().log.error('whether a request came through the front is not known', { requestId, error })
    return failed(toAppError(error), at(), requestId)
  }
}

/** The answer to a path or method that no operation has. */
const unmatched = (known: readonly KnownRoute[], request: HttpRequest): Result => {
  const near = routesAt(known, request.path)
  const requestId = newId('request')
  if (near.length > 0) {
    const allow = [...new Set(near.flatMap(({ method }) => (method === 'GET' ? [method, 'HEAD'] : [method])))].join(
      ', ',
    )
    return failed(fail('method_not_allowed'), { system: systemOf(near, request) }, requestId, { allow })
  }
  const message = `There is nothing at ${request.method} ${request.path}.`
  return failed(fail('not_found', { message }), { system: systemOf(known, request) }, requestId)
}
