import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { fail } from '../errors.ts'
import { isMultipart, readForm } from './form.ts'
import { callerAddress, FRONT_HEADER } from './front.ts'

/**
 * A request as the kernel sees it: names of headers in lower case, the body as text. The text of a multipart form, which may hold
 * bytes of any kind, has one character for each of them.
 */
export type HttpRequest = {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  text: string
  ip: string
}

/** Reads API Gateway's event (payload 2.0). */
export const readRequest = (event: APIGatewayProxyEventV2): HttpRequest => {
  const headers = headersOf(event)
  return {
    method: event.requestContext.http.method.toUpperCase(),
    path: event.rawPath,
    query: Object.fromEntries(new URLSearchParams(event.rawQueryString)),
    headers,
    text: textOf(event, isMultipart(headers['content-type'])),
    ip: callerAddress(event.headers, event.requestContext.http.sourceIp),
  }
}

const textOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2, isForm: boolean): string => {
  if (!isForm) return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('latin1')
}

/** The headers without the one that only the front knows. */
const headersOf = ({ headers, cookies }: APIGatewayProxyEventV2): Record<string, string> => {
  const { [FRONT_HEADER]: _, ...own } = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? '']),
  )
  // Payload 2.0 has cookies beside the headers.
  return cookies && cookies.length > 0 ? { ...own, cookie: cookies.join('; ') } : own
}

/** Bytes of body a request may have. Lambda takes 6 MB for the whole event; the distribution refuses the same size. */
const MAX_BODY_BYTES = 5_800_000

/** The body of a request: the fields of a multipart form where the operation takes one, else JSON (see `jsonBody`). */
export const bodyOf = async (request: HttpRequest, takesForm: boolean): Promise<unknown> => {
  const contentType = request.headers['content-type']
  if (!takesForm || contentType === undefined || !isMultipart(contentType)) return jsonBody(request)
  if (request.text.length > MAX_BODY_BYTES) throw fail('payload_too_large')
  return readForm(contentType, request.text)
}

/** The JSON body; an absent one is an empty object, as clients of all five documents send POST without a body. */
const jsonBody = (request: HttpRequest): unknown => {
  if (Buffer.byteLength(request.text) > MAX_BODY_BYTES) throw fail('payload_too_large')
  if (request.text.trim() === '') return {}
  try {
    return JSON.parse(request.text)
  } catch (cause) {
    throw fail('invalid_json', { cause })
  }
}

/** The value of `token` in body or query: how the Manager document names a session. */
export const sessionTokenOf = (request: HttpRequest): string | undefined => {
  if (request.query.token) return request.query.token
  if (!request.text.startsWith('{')) return undefined
  try {
    const token = (JSON.parse(request.text) as { token?: unknown }).token
    return typeof token === 'string' && token !== '' ? token : undefined
  } catch {
    // A body that is not JSON names no session; validation says so with the right status.
    return undefined
  }
}
