import { createHash, timingSafeEqual } from 'node:crypto'
import { type Clock, systemClock } from '../clock.ts'
import { lazy } from '../lazy.ts'
import { readSecret } from '../secrets.ts'

/** The header by which CloudFront shows that a request came through it. Infrastructure gives it to every origin. */
export const FRONT_HEADER = 'x-switchboard-front'

/** Whether the headers of a request (names in lower case) are those of one that CloudFront passed on. Rejects when nobody knows. */
export type FrontCheck = (headers: Readonly<Record<string, string | undefined>>) => Promise<boolean>

/** Milliseconds that have to pass before a wrong value makes the secret be read again: each wrong value is a guess, or a new secret. */
const READ_AGAIN_MS = 30_000

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const isOneOf = (secrets: readonly string[], given: string): boolean =>
  // Every one is compared, and in constant time, so that the time taken tells nothing about them.
  secrets.filter((secret) => timingSafeEqual(digest(secret), digest(given))).length > 0

/**
 * Makes the check. The secret is read once and again when a value does not fit, with the one before it: while a new
 * secret spreads, CloudFront's edges still send the old one.
 */
export const makeFrontCheck = (
  read: (stage: 'AWSCURRENT' | 'AWSPREVIOUS') => Promise<string | undefined>,
  clock: Clock,
): FrontCheck => {
  let known: Promise<string[]> | undefined
  let readMs = Number.NEGATIVE_INFINITY
  const load = (stages: readonly ('AWSCURRENT' | 'AWSPREVIOUS')[]): Promise<string[]> => {
    const before = known
    const loading = Promise.all(stages.map(read)).then((found) => found.filter((secret) => secret !== undefined))
    known = loading
    // A failed read must not be remembered.
    loading.catch(() => {
      if (known === loading) known = before
    })
    return loading
  }
  return async (headers) => {
    const given = headers[FRONT_HEADER]
    if (!given) return false
    if (isOneOf(await (known ?? load(['AWSCURRENT'])), given)) return true
    const nowMs = clock.monotonicMs()
    if (nowMs - readMs >= READ_AGAIN_MS) {
      readMs = nowMs
      return isOneOf(await load(['AWSCURRENT', 'AWSPREVIOUS']), given)
    }
    return isOneOf(await (known ?? load(['AWSCURRENT', 'AWSPREVIOUS'])), given)
  }
}

const processCheck = lazy(() => makeFrontCheck((stage) => readSecret('FRONT_SECRET_ARN', stage), systemClock))

/** The check of this process. */
export const cameThroughFront: FrontCheck = (headers) => processCheck()(headers)

/**
 * The address of the caller. Behind CloudFront API Gateway sees an edge's, which thousands share; the caller's is the entry that
 * CloudFront added to `X-Forwarded-For`, the one before API Gateway's own. Only for requests that passed the check: others
 * write there what they like.
 */
export const callerAddress = (headers: Readonly<Record<string, string | undefined>>, sourceIp: string): string => {
  const hops = (headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim())
  return hops.at(-2) || sourceIp
}
