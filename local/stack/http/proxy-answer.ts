import { z } from 'zod'
import type { AnswerHeaders, AnswerSink } from './messages.ts'

const proxyAnswerSchema = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** What a function behind a proxy integration answered, ready to be sent. */
export type ProxyAnswer = { status: number; headers: AnswerHeaders; body: Buffer }

/**
 * Reads a function's answer as a proxy integration does. In format 2.0 a value without a status code is the body of a
 * 200 answer. Gives undefined for a malformed answer, which API Gateway turns into an error.
 */
export function parseProxyAnswer(answer: string | undefined, format: '1.0' | '2.0'): ProxyAnswer | undefined {
  const value: unknown = answer === undefined ? undefined : JSON.parse(answer)
  const structured = typeof value === 'object' && value !== null && 'statusCode' in value
  if (!structured) {
    if (format === '1.0') return undefined
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) }
  }
  const parsed = proxyAnswerSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = parsed.data
  const result: AnswerHeaders = {}
  for (const [name, item] of Object.entries(headers ?? {})) result[name.toLowerCase()] = String(item)
  for (const [name, items] of Object.entries(multiValueHeaders ?? {})) result[name.toLowerCase()] = items.map(String)
  if (cookies && cookies.length > 0) result['set-cookie'] = cookies
  if (format === '2.0') result['content-type'] ??= 'text/plain; charset=utf-8'
  return {
    status: statusCode,
    headers: result,
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

/** Sends a complete answer. */
export function sendAnswer(sink: AnswerSink, { status, headers, body }: ProxyAnswer): void {
  const bodiless = status === 204 || status === 304
  sink.head(status, bodiless ? headers : { ...headers, 'content-length': String(body.length) })
  if (body.length > 0 && !bodiless) sink.write(body)
  sink.end()
}
