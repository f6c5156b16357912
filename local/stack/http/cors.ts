import { z } from 'zod'
import type { AnswerHeaders, OriginRequest } from './messages.ts'

/** The CORS configuration of an HTTP API. */
export const corsSchema = z.looseObject({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
  AllowCredentials: z.boolean().default(false),
})

type Cors = z.infer<typeof corsSchema>

/** The headers API Gateway adds to an answer; none when the request's origin is not allowed. */
export function corsHeaders(cors: Cors | undefined, request: OriginRequest): AnswerHeaders {
  const origin = request.headers.origin
  if (cors === undefined || origin === undefined || !allowed(cors.AllowOrigins, origin)) return {}
  const headers: AnswerHeaders = { 'access-control-allow-origin': cors.AllowOrigins.includes('*') ? '*' : origin }
  if (cors.AllowCredentials) headers['access-control-allow-credentials'] = 'true'
  if (cors.ExposeHeaders.length > 0) headers['access-control-expose-headers'] = cors.ExposeHeaders.join(',')
  return headers
}

/** The answer headers of a preflight request; undefined when the request is none. */
export function preflightHeaders(cors: Cors | undefined, request: OriginRequest): AnswerHeaders | undefined {
  if (cors === undefined || request.method !== 'OPTIONS') return undefined
  if (request.headers['access-control-request-method'] === undefined) return undefined
  const headers = corsHeaders(cors, request)
  if (Object.keys(headers).length === 0) return {}
  headers['access-control-allow-methods'] = cors.AllowMethods.join(',')
  headers['access-control-allow-headers'] = cors.AllowHeaders.join(',')
  if (cors.MaxAge !== undefined) headers['access-control-max-age'] = String(cors.MaxAge)
  return headers
}

function allowed(origins: string[], origin: string): boolean {
  return origins.some((pattern) => pattern === '*' || pattern === origin || wildcardMatches(pattern, origin))
}

function wildcardMatches(pattern: string, origin: string): boolean {
  const star = pattern.indexOf('*')
  return star > 0 && origin.startsWith(pattern.slice(0, star)) && origin.endsWith(pattern.slice(star + 1))
}
