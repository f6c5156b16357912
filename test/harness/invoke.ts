import type { APIGatewayProxyEventV2, Context as LambdaContext } from 'aws-lambda'
import type { Context } from '#kit/context.ts'
import { answerOf, type Operation } from '#kit/define-operation.ts'
import { createDomainHandler, type HandlerOptions } from '#kit/http/handler.ts'
import { type KnownRoute, routesAt } from '#kit/http/routes.ts'
import { streamInvoker } from './invoke-stream.ts'

/** An answer of a domain handler, body parsed when it is JSON. */
export type Invoked = { status: number; headers: Record<string, string>; body: unknown; text: string }

/** One request. */
export type Call = {
  method: string
  path: string
  headers?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  ip?: string
}

/** What Lambda tells a function about itself. */
export const lambdaContext = {
  functionName: 'test',
  awsRequestId: 'test',
  getRemainingTimeInMillis: () => 30_000,
} as LambdaContext

/** A body as API Gateway hands it on: bytes in base64, text as it is, all else as JSON. */
const bodyOf = (body: unknown): { body: string | undefined; isBase64Encoded: boolean } => {
  if (body instanceof Uint8Array) return { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return { body: text, isBase64Encoded: false }
}

const eventOf = (call: Call): APIGatewayProxyEventV2 => {
  const rawQueryString = new URLSearchParams(call.query).toString()
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: call.path,
    rawQueryString,
    headers: call.headers ?? {},
    queryStringParameters: call.query,
    requestContext: {
      accountId: '0',
      apiId: 'test',
      domainName: 'test',
      domainPrefix: 'test',
      http: {
        method: call.method,
        path: call.path,
        protocol: 'HTTP/1.1',
        sourceIp: call.ip ?? '127.0.0.1',
        userAgent: 'test',
      },
      requestId: 'test',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...bodyOf(call.body),
  }
}

/** The JSON of a text; undefined where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Lets an operation's answers through as they are and reports those that its declaration does not allow: what the document
 * of the API says is then what callers get.
 */
const watched = (operation: Operation, report: (mismatch: Error) => void): Operation => ({
  ...operation,
  handler: async (ctx, input) => {
    const value = await operation.handler(ctx, input)
    const { body, status = 200 } = answerOf(value)
    if (body === undefined || status >= 300) return value
    const { error } = operation.output.safeParse(body)
    if (error) report(new Error(`${operation.key} answered what it does not declare: ${error.message}`))
    return value
  },
})

/**
 * Calls operations through their handlers, as API Gateway would for requests that came through CloudFront. Rejects when an
 * answer breaks its declaration.
 */
export const invoker = (operations: readonly Operation[], context: Context, known?: readonly KnownRoute[]) => {
  const mismatches: Error[] = []
  const checked = operations.map((operation) => watched(operation, (mismatch) => mismatches.push(mismatch)))
  const options: HandlerOptions = { context: () => context, known, front: async () => true }
  const handler = createDomainHandler(checked, options)
  const streaming = checked.filter((operation) => operation.streaming)
  const stream = streamInvoker(checked, options)
  const whole = async (call: Call): Promise<Invoked> => {
    const { statusCode, headers, body } = await handler(eventOf(call), lambdaContext)
    return { status: statusCode, headers, body: parsed(body), text: body }
  }
  return async (call: Call): Promise<Invoked> => {
    const invoked = await (routesAt(streaming, call.path).length > 0 ? stream(call) : whole(call))
    const [mismatch] = mismatches.splice(0)
    if (mismatch) throw mismatch
    return invoked
  }
}
