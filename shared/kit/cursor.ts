import { createHmac, timingSafeEqual } from 'node:crypto'
import { fail } from './errors.ts'
import type { HttpRequest } from './http/request.ts'
import { derivedKey } from './secrets.ts'

/** What a cursor goes on with: the list of one tenant, as one operation gives it with these filters. */
export type CursorScope = { tenantId: string; operation: string; filters: Record<string, unknown> }

/** Milliseconds for which a cursor can be used. */
const LIFE_MS = 24 * 3600_000

const signed = async (scope: CursorScope, body: string): Promise<Buffer> =>
  createHmac('sha256', await derivedKey('cursor'))
    .update(JSON.stringify([scope.tenantId, scope.operation, scope.filters, body]))
    .digest()

/** A cursor that goes on at `position`. Callers can neither read a position into it nor use it for another list. */
export const sealCursor = async (scope: CursorScope, position: string, nowMs: number): Promise<string> => {
  const body = Buffer.from(JSON.stringify([position, nowMs + LIFE_MS])).toString('base64url')
  return `${body}.${(await signed(scope, body)).toString('base64url')}`
}

/** The position that a cursor goes on at. Throws `invalid_cursor` for one that is another list's, changed, or too old. */
export const openCursor = async (scope: CursorScope, cursor: string, nowMs: number): Promise<string> => {
  const [body = '', signature = ''] = cursor.split('.')
  const given = Buffer.from(signature, 'base64url')
  const right = await signed(scope, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw fail('invalid_cursor')
  const [position, until] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [string, number]
  if (until < nowMs) throw fail('invalid_cursor', { message: 'The cursor is older than a day: start again.' })
  return position
}

/** Headers that lead to the next page of a bare list: the cursor by itself, and as a link with the request's other parameters. */
export const nextPageHeaders = ({ path, query }: HttpRequest, cursor: string | undefined): Record<string, string> => {
  if (cursor === undefined) return {}
  const parameters = new URLSearchParams({ ...query, cursor })
  return { 'x-next-cursor': cursor, link: `<${path}?${parameters}>; rel="next"` }
}
