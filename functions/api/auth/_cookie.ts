import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import type { HttpRequest } from '#kit/http/request.ts'

const NAME = 'sb_refresh'

/** Only sign-in operations get it, and no other request carries it. */
const PATH = '/api/v1/auth'

const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host)

const publicUrl = (): URL => new URL(process.env.PUBLIC_URL || 'http://localhost')

/** On the laptop stack the pages come by plain http, where not every browser keeps a `Secure` cookie. */
const attributes = (): string => {
  const secure = isLoopback(publicUrl().hostname) ? '' : '; Secure'
  return `; Path=${PATH}; HttpOnly; SameSite=Strict${secure}`
}

/** The header that gives a browser the refresh token, out of reach of the page's scripts. */
export const refreshCookie = (token: string, seconds: number): Record<string, string> => ({
  'set-cookie': `${NAME}=${token}; Max-Age=${seconds}${attributes()}`,
})

/** The header that takes it away. */
export const noCookie = (): Record<string, string> => ({ 'set-cookie': `${NAME}=; Max-Age=0${attributes()}` })

/** The refresh token in a request's cookies. */
const tokenIn = (request: HttpRequest): string | undefined =>
  (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1) || undefined

/** Whether a page of this host asks; any name of the machine itself is the laptop stack's host. */
const isOwnOrigin = (origin: string): boolean => {
  const own = publicUrl()
  const given = URL.canParse(origin) ? new URL(origin) : undefined
  if (!given) return false
  if (isLoopback(own.hostname)) return isLoopback(given.hostname) && given.port === own.port
  return given.protocol === 'https:' && given.host === own.host
}

/**
 * Refuses a request that a page of another origin made. Browsers send `Origin` with every POST, and `SameSite` alone would let
 * other hosts below the same domain through. Throws `forbidden`.
 */
export const assertOwnPage = (request: HttpRequest): void => {
  if (isOwnOrigin(request.headers.origin ?? '')) return
  throw fail('forbidden', {
    message: 'The cookie counts for pages of this host only: the Origin header names another.',
  })
}

/**
 * The refresh token of a request: the one in the body, else the cookie's, for which the request has to come from a page of this
 * host. Undefined without either. Throws `forbidden`.
 */
export const presentedRefresh = (
  ctx: OperationContext,
  inBody: string | undefined,
): { token: string; byCookie: boolean } | undefined => {
  if (inBody !== undefined) return { token: inBody, byCookie: false }
  const token = tokenIn(ctx.request)
  if (token === undefined) return undefined
  assertOwnPage(ctx.request)
  return { token, byCookie: true }
}
