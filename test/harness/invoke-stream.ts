import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { Operation } from '#kit/define-operation.ts'
import { createStreamHandler, type HandlerOptions } from '#kit/http/handler.ts'
import type { StreamHead } from '#local/stack/lambda/protocol.ts'
import { awslambda, ResponseStream } from '#local/stack/lambda/streaming.ts'
import { type Call, type Invoked, lambdaContext, parsed } from './invoke.ts'

/** An answer that streamed, with the pieces it came in. */
export type Streamed = Invoked & { chunks: Buffer[] }

/** The event of a REST API. */
const restEvent = (call: Call): APIGatewayProxyEvent => {
  const entries = Object.entries(call.query ?? {})
  return {
    resource: '/{proxy+}',
    path: call.path,
    httpMethod: call.method,
    headers: call.headers ?? {},
    multiValueHeaders: {},
    queryStringParameters: call.query ?? null,
    multiValueQueryStringParameters: Object.fromEntries(entries.map(([name, value]) => [name, [value]])),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: '0',
      apiId: 'test',
      authorizer: null,
      httpMethod: call.method,
      identity: { sourceIp: call.ip ?? '127.0.0.1' } as APIGatewayProxyEvent['requestContext']['identity'],
      path: call.path,
      protocol: 'HTTP/1.1',
      requestId: 'test',
      requestTimeEpoch: 0,
      resourceId: 'test',
      resourcePath: '/{proxy+}',
      stage: 'live',
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    isBase64Encoded: false,
  }
}

type StreamingFunction = (event: unknown, stream: ResponseStream, context: unknown) => Promise<void>

/** Calls streaming operations as a REST API in stream mode would. `onChunk` sees pieces as they are written. */
export const streamInvoker = (operations: readonly Operation[], options: HandlerOptions) => {
  Object.assign(globalThis, { awslambda })
  const handler = createStreamHandler(operations, options) as unknown as StreamingFunction
  return async (call: Call, onChunk: (chunk: Buffer, stop: () => void) => void = () => {}): Promise<Streamed> => {
    const chunks: Buffer[] = []
    let head: StreamHead = { statusCode: 0, headers: {}, cookies: [] }
    const stream: ResponseStream = new ResponseStream({
      head: (given) => {
        head = given
      },
      chunk: (chunk) => {
        // The empty one that carries the head is no part of the body.
        if (chunk.length > 0) chunks.push(Buffer.from(chunk))
        onChunk(Buffer.from(chunk), () => stream.destroy())
      },
      end: () => {},
    })
    await handler(restEvent(call), stream, lambdaContext)
    const text = Buffer.concat(chunks).toString()
    return { status: head.statusCode, headers: head.headers, body: parsed(text), text, chunks }
  }
}
