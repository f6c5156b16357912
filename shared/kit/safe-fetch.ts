import { lookup as dnsLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { type Readable, Transform } from 'node:stream'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { AppError, fail } from './errors.ts'
import { lazy } from './lazy.ts'

/** Whether loopback and private addresses may be reached: only where the installation says so, as the local stack does. */
export const privateTargetsAllowed = (): boolean => process.env.ALLOW_PRIVATE_TARGETS === 'true'

const IPV6_GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3')

/** Whether an IP address belongs to the public internet. What only maps or tunnels to another address does not. */
export const isPublicAddress = (text: string): boolean => {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(IPV6_GLOBAL)
}

/** Names of the own machine and network. */
export const LOCAL_NAME = /(^|\.)(localhost|local|internal|localdomain|home\.arpa)$/

/**
 * The URL a caller gave, if it may be fetched: http or https, without user name, and not naming a local host. Names are not
 * resolved here; every connection checks the address it is about to use. Throws `unsafe_url`.
 */
export const safeUrl = (text: string, allowPrivate = privateTargetsAllowed()): URL => {
  if (!URL.canParse(text)) throw fail('unsafe_url', { message: 'The URL is not valid.' })
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw fail('unsafe_url')
  if (url.username || url.password)
    throw fail('unsafe_url', { message: 'The URL must not hold a user name or password.' })
  if (allowPrivate) return url
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (ipaddr.isValid(host) ? !isPublicAddress(host) : LOCAL_NAME.test(host)) throw fail('unsafe_url')
  return url
}

/** Checks the URL that a field of a request gave, as `safeUrl`; the error names the field. Throws `unsafe_url`. */
export const checkUrl = (text: string, path: string): void => {
  try {
    safeUrl(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message } = error
    throw fail(code, { message, details: [{ path, message }] })
  }
}

/**
 * Resolves a name and refuses private addresses. It runs inside the connect, so the address that was checked is the one that
 * is used: a name that changes its answer in between gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const bad = addresses.find(({ address }) => !isPublicAddress(address))
    const [first] = addresses
    if (bad || !first) {
      return callback(Object.assign(new Error('the name leads to a private address'), { code: 'EUNSAFE' }), '', 0)
    }
    if (options.all) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

const CONNECT_MS = 5_000

const guardedAgent = lazy(() => new Agent({ connect: { timeout: CONNECT_MS, lookup: guardedLookup } }))
const openAgent = lazy(() => new Agent({ connect: { timeout: CONNECT_MS } }))
const agent = (allowPrivate: boolean): Agent => (allowPrivate ? openAgent() : guardedAgent())

const isUnsafe = (error: unknown): boolean =>
  (error as { code?: string })?.code === 'EUNSAFE' ||
  (error as { errors?: unknown[] })?.errors?.some(isUnsafe) === true ||
  ((error as { cause?: unknown })?.cause !== undefined && isUnsafe((error as { cause?: unknown }).cause))

const isTimeout = (error: unknown): boolean =>
  /TIMEOUT/.test(String((error as { code?: string })?.code)) || (error as Error)?.name === 'TimeoutError'

/** What a server answered to a POST. `retryAfterSeconds` is its `Retry-After` in seconds, when it sent one. */
export type SafePostResult = { status: number; retryAfterSeconds?: number }

/**
 * POSTs to a URL a tenant gave. Redirects are not followed and the answer's body is not read. Throws `unsafe_url`, or the
 * transport's error; `timedOut` on that error is true when the server was silent for `timeoutMs`.
 */
export const safePost = async (
  target: string,
  message: { headers: Record<string, string>; body: string },
  timeoutMs = 10_000,
  allowPrivate = privateTargetsAllowed(),
): Promise<SafePostResult> => {
  const url = safeUrl(target, allowPrivate)
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: message.headers,
      body: message.body,
      dispatcher: agent(allowPrivate),
      signal: AbortSignal.timeout(timeoutMs),
    })
    answer.body.on('error', () => undefined).destroy()
    const after = Number(answer.headers['retry-after'])
    return { status: answer.statusCode, retryAfterSeconds: Number.isFinite(after) ? after : undefined }
  } catch (error) {
    if (isUnsafe(error)) throw fail('unsafe_url', { cause: error })
    throw Object.assign(new Error('the request got no answer', { cause: error }), { timedOut: isTimeout(error) })
  }
}

/** A file on its way in: `body` ends with `payload_too_large` when it is longer than was allowed. */
export type Download = { body: Readable; contentType?: string; fileName?: string }

/** Limits of a download. */
export type DownloadLimits = { maxBytes: number; timeoutMs?: number; allowPrivate?: boolean }

const MAX_REDIRECTS = 3

/** Many file hosts refuse requests that do not say who asks. */
const BROWSE = { 'user-agent': 'Mozilla/5.0 (compatible; Switchboard)', accept: '*/*' }

/**
 * Fetches a file from a URL a caller gave, as a stream. Every redirect is checked like the first address. Throws `unsafe_url`,
 * `media_unreachable` and `payload_too_large`.
 */
export const safeGet = async (target: string, limits: DownloadLimits): Promise<Download> => {
  const allowPrivate = limits.allowPrivate ?? privateTargetsAllowed()
  const signal = AbortSignal.timeout(limits.timeoutMs ?? 15_000)
  let url = safeUrl(target, allowPrivate)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const answer = await attempt(url, allowPrivate, signal)
    const { location } = answer.headers
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      answer.body.on('error', () => undefined).destroy()
      url = safeUrl(URL.canParse(location, url.href) ? new URL(location, url).href : location, allowPrivate)
      continue
    }
    if (answer.statusCode !== 200) {
      answer.body.on('error', () => undefined).destroy()
      throw fail('media_unreachable', { message: `The media URL answered with status ${answer.statusCode}.` })
    }
    const length = Number(answer.headers['content-length'])
    if (length > limits.maxBytes) {
      answer.body.on('error', () => undefined).destroy()
      throw tooLarge(limits.maxBytes)
    }
    const contentType = answer.headers['content-type']
    return {
      body: capped(answer.body, limits.maxBytes),
      contentType: typeof contentType === 'string' ? contentType.split(';')[0]?.trim() : undefined,
      fileName: decodeURIComponentSafe(url.pathname.split('/').pop() ?? '') || undefined,
    }
  }
  throw fail('media_unreachable', { message: 'The media URL redirects too often.' })
}

const attempt = async (url: URL, allowPrivate: boolean, signal: AbortSignal) => {
  try {
    return await request(url, { method: 'GET', headers: BROWSE, dispatcher: agent(allowPrivate), signal })
  } catch (error) {
    if (isUnsafe(error)) throw fail('unsafe_url', { cause: error })
    throw fail('media_unreachable', { cause: error })
  }
}

const tooLarge = (maxBytes: number): AppError =>
  fail('payload_too_large', { message: `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.` })

/** Passes `source` on and ends with an error of the catalogue when it breaks off or grows over `maxBytes`. */
const capped = (source: Readable, maxBytes: number): Readable => {
  let seen = 0
  const gate = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length
      if (seen > maxBytes) done(tooLarge(maxBytes))
      else done(null, chunk)
    },
  })
  source.on('error', (error) => gate.destroy(fail('media_unreachable', { cause: error })))
  gate.on('close', () => source.destroy())
  return source.pipe(gate)
}

const decodeURIComponentSafe = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
