import { Readable } from 'node:stream'
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import { CORS } from './cors.ts'
import type { Result } from './respond.ts'

/** An answer as middy writes it to the stream of a Lambda response. */
export type StreamedAnswer = { statusCode: number; headers: Record<string, string>; body: string | Readable }

const lowerCase = (headers: APIGatewayProxyEvent['headers'] | null): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']))

/**
 * The event of a REST API (payload 1.0), which alone streams, in the form of an HTTP API (2.0), which the kernel reads. HEAD is
 * asked as GET: its answer is the same without a body.
 */
export const asEvent = (event: APIGatewayProxyEvent): APIGatewayProxyEventV2 => {
  const { requestContext, path } = event
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value)
  }
  const headers = lowerCase(event.headers)
  const method = event.httpMethod === 'HEAD' ? 'GET' : event.httpMethod
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query.toString(),
    headers,
    requestContext: {
      accountId: requestContext.accountId,
      apiId: requestContext.apiId,
      domainName: requestContext.domainName ?? '',
      domainPrefix: requestContext.domainPrefix ?? '',
      http: {
        method,
        path,
        protocol: requestContext.protocol ?? '',
        sourceIp: requestContext.identity.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: requestContext.requestId,
      routeKey: '$default',
      stage: requestContext.stage,
      time: requestContext.requestTime ?? '',
      timeEpoch: requestContext.requestTimeEpoch,
    },
    body: event.body ?? undefined,
    isBase64Encoded: event.isBase64Encoded,
  }
}

const fromAnyPage = { 'access-control-allow-origin': '*', 'access-control-expose-headers': CORS.exposed.join(', ') }

/** The answer to a browser that asks whether it may ask. An HTTP API gives it by itself, a REST API leaves it to us. */
export const preflight = ({ httpMethod, headers }: APIGatewayProxyEvent): StreamedAnswer | undefined => {
  if (httpMethod !== 'OPTIONS' || !lowerCase(headers)['access-control-request-method']) return undefined
  return {
    statusCode: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
      'access-control-allow-headers': CORS.headers.join(', '),
      'access-control-max-age': String(CORS.maxAgeSeconds),
    },
    body: '',
  }
}

/** A result of the kernel as it leaves the stream. */
export const streamed = ({ httpMethod }: APIGatewayProxyEvent, result: Result): StreamedAnswer => {
  const { statusCode, stream } = result
  const headers = { ...fromAnyPage, ...result.headers }
  if (httpMethod === 'HEAD') {
    stream?.destroy()
    return { statusCode, headers, body: '' }
  }
  if (stream) return { statusCode, headers, body: stream }
  if (!result.isBase64Encoded) return { statusCode, headers, body: result.body }
  return { statusCode, headers, body: Readable.from([Buffer.from(result.body, 'base64')]) }
}
