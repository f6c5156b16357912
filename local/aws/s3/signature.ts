import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** One access key pair; requests signed with any other are refused. */
export type AccessKey = { accessKeyId: string; secretAccessKey: string }

/** Why a request is refused, as S3 words it. */
export type Refusal = { status: number; code: string; message: string }

/** What of a request a signature in its query covers. */
export type SignedRequest = { method: string; url: string; headers: Record<string, string | string[] | undefined> }

const LONGEST_EXPIRY_S = 604_800

/**
 * Checks a presigned URL (Signature Version 4 in the query string) as S3 does: known key, not expired, nothing changed.
 * Gives undefined when the request may pass.
 */
export function checkPresigned(request: SignedRequest, key: AccessKey, now: number): Refusal | undefined {
  const at = request.url.indexOf('?')
  const query = new URLSearchParams(request.url.slice(at + 1))
  const parameter = (name: string) => query.get(name) ?? ''
  if (parameter('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return malformedQuery('X-Amz-Algorithm is not supported.')
  const scope = readScope(parameter('X-Amz-Credential'))
  const issuedAt = readAmzDate(parameter('X-Amz-Date'))
  const expiresS = Number(parameter('X-Amz-Expires'))
  if (!scope || issuedAt === undefined) return malformedQuery('X-Amz-Credential or X-Amz-Date is malformed.')
  if (!(expiresS >= 0 && expiresS <= LONGEST_EXPIRY_S)) {
    return malformedQuery('X-Amz-Expires must be between 0 and 604800 seconds.')
  }
  if (scope.accessKeyId !== key.accessKeyId) return unknownKey()
  if (now > issuedAt + expiresS * 1000) return { status: 403, code: 'AccessDenied', message: 'Request has expired' }
  const canonical = canonicalRequest(request, query)
  const toSign = ['AWS4-HMAC-SHA256', parameter('X-Amz-Date'), scope.text, sha256(canonical)].join('\n')
  return matches(parameter('X-Amz-Signature'), toSign, scope, key) ? undefined : doesNotMatch()
}

/** Whether the signature of a POST policy (the base64 text itself is what is signed) was made with the key. */
export function checkPolicySignature(fields: Map<string, string>, policy: string, key: AccessKey): Refusal | undefined {
  const scope = readScope(fields.get('x-amz-credential') ?? '')
  if (!scope) return { status: 400, code: 'InvalidArgument', message: 'The credential of the form is malformed.' }
  if (scope.accessKeyId !== key.accessKeyId) return unknownKey()
  return matches(fields.get('x-amz-signature') ?? '', policy, scope, key) ? undefined : doesNotMatch()
}

/** Checks that the Authorization header names the known key; its signature is trusted, as the caller is a local process. */
export function checkAuthorization(authorization: string | undefined, key: AccessKey): Refusal | undefined {
  if (!authorization) return { status: 403, code: 'AccessDenied', message: 'Access Denied' }
  const credential = /Credential=([^/,\s]+)\//.exec(authorization)?.[1]
  return credential === key.accessKeyId ? undefined : unknownKey()
}

type Scope = { accessKeyId: string; text: string; parts: string[] }

function readScope(credential: string): Scope | undefined {
  const [accessKeyId, ...parts] = credential.split('/')
  if (!accessKeyId || parts.length !== 4 || parts[3] !== 'aws4_request') return undefined
  return { accessKeyId, parts, text: parts.join('/') }
}

/** `20260102T030405Z` in milliseconds since 1970. */
function readAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, ...number[]]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function canonicalRequest(request: SignedRequest, query: URLSearchParams): string {
  const path = request.url.split('?')[0]!
  const pairs = [...query].filter(([name]) => name !== 'X-Amz-Signature')
  const signedHeaders = (query.get('X-Amz-SignedHeaders') ?? '').split(';')
  const headers = signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  )
  const contentHash = request.headers['x-amz-content-sha256']
  return [
    request.method,
    path
      .split('/')
      .map((segment) => encode(decodeURIComponent(segment)))
      .join('/'),
    pairs
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    signedHeaders.includes('x-amz-content-sha256') ? String(contentHash) : 'UNSIGNED-PAYLOAD',
  ].join('\n')
}

/** Percent-encodes everything but the unreserved characters, which is what signing wants. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function matches(given: string, toSign: string, scope: Scope, key: AccessKey): boolean {
  const signingKey = scope.parts.reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${key.secretAccessKey}`,
  )
  const expected = createHmac('sha256', signingKey).update(toSign).digest()
  const actual = Buffer.from(given, 'hex')
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const malformedQuery = (message: string): Refusal => ({
  status: 400,
  code: 'AuthorizationQueryParametersError',
  message,
})

const unknownKey = (): Refusal => ({
  status: 403,
  code: 'InvalidAccessKeyId',
  message: 'The AWS Access Key Id you provided does not exist in our records.',
})

const doesNotMatch = (): Refusal => ({
  status: 403,
  code: 'SignatureDoesNotMatch',
  message: 'The request signature we calculated does not match the signature you provided.',
})
