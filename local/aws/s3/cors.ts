import type { IncomingMessage, ServerResponse } from 'node:http'

/** One CORS rule of a bucket. */
export type CorsRule = {
  allowedOrigins: string[]
  allowedMethods: string[]
  allowedHeaders: string[]
  exposedHeaders: string[]
  maxAgeS: number
}

/**
 * Answers a browser's preflight request for a bucket, or adds the headers that let the page read the answer. Gives true
 * when the request is answered. A bucket without rules gets no headers, so a missing rule shows in the browser locally.
 */
export function applyCors(rules: CorsRule[], req: IncomingMessage, res: ServerResponse): boolean {
  const origin = req.headers.origin
  if (!origin) return false
  const preflight = req.method === 'OPTIONS'
  const method = preflight ? req.headers['access-control-request-method'] : req.method
  const rule = rules.find(
    (one) => one.allowedOrigins.some((pattern) => fits(pattern, origin)) && one.allowedMethods.includes(method ?? ''),
  )
  if (!rule) {
    if (preflight) res.writeHead(403, { 'content-type': 'application/xml' }).end(CORS_DENIED)
    return preflight
  }
  res.setHeader('access-control-allow-origin', rule.allowedOrigins.includes('*') ? '*' : origin)
  res.setHeader('vary', 'Origin')
  if (rule.exposedHeaders.length > 0) res.setHeader('access-control-expose-headers', rule.exposedHeaders.join(', '))
  if (!preflight) return false
  res.setHeader('access-control-allow-methods', rule.allowedMethods.join(', '))
  const wanted = splitList(req.headers['access-control-request-headers'])
  const allowed = wanted.filter((header) => rule.allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), header)))
  if (allowed.length > 0) res.setHeader('access-control-allow-headers', allowed.join(', '))
  res.setHeader('access-control-max-age', String(rule.maxAgeS))
  res.writeHead(200).end()
  return true
}

const CORS_DENIED =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed.</Message></Error>'

const splitList = (header: string | undefined) =>
  (header ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '')

/** One `*` in a pattern stands for any text. */
function fits(pattern: string, text: string): boolean {
  const [before, after] = pattern.split('*') as [string, string | undefined]
  if (after === undefined) return pattern === text
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}
