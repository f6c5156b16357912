import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeJwt, jwtVerify, SignJWT } from 'jose'
import { lazyAsync } from './lazy.ts'
import { derivedKey } from './secrets.ts'

/** Seconds an access token lives. */
export const ACCESS_TOKEN_SECONDS = 15 * 60

/** What an access token says: which user of which organisation, in which response format, session and token version. */
export type AccessClaims = { userId: number; org: string; fmt: 'cx' | 'ceox'; sid: string; ver: number }

const signingKeys = lazyAsync(async (): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> => {
  // The seed is used as the P-256 scalar; the curve's order is so near 2^256 that a seed outside it does not occur.
  const seed = await derivedKey('access-token')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(seed)
  const point = curve.getPublicKey()
  const part = (bytes: Buffer): string => bytes.toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: part(point.subarray(1, 33)), y: part(point.subarray(33)) }
  return {
    privateKey: createPrivateKey({ key: { ...jwk, d: part(seed) }, format: 'jwk' }),
    publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  }
})

/** Signs an access token (ES256). */
export const signAccessToken = async (claims: AccessClaims, nowMs: number): Promise<string> => {
  const { privateKey } = await signingKeys()
  const seconds = Math.floor(nowMs / 1000)
  return new SignJWT({ org: claims.org, fmt: claims.fmt, sid: claims.sid, ver: claims.ver })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject(String(claims.userId))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
    .sign(privateKey)
}

/** The claims of a valid, unexpired token; undefined for anything else. */
export const verifyAccessToken = async (token: string, nowMs: number): Promise<AccessClaims | undefined> => {
  const { publicKey } = await signingKeys()
  try {
    const { payload } = await jwtVerify(token, publicKey, { algorithms: ['ES256'], currentDate: new Date(nowMs) })
    return {
      userId: Number(payload.sub),
      org: String(payload.org),
      fmt: payload.fmt === 'ceox' ? 'ceox' : 'cx',
      sid: String(payload.sid),
      ver: Number(payload.ver),
    }
  } catch {
    return undefined
  }
}

/**
 * The response format a token asks for, read without checking the token: it only chooses which document's operation answers,
 * and that operation checks it.
 */
export const formatOf = (token: string): AccessClaims['fmt'] => {
  try {
    return decodeJwt(token).fmt === 'ceox' ? 'ceox' : 'cx'
  } catch {
    return 'cx'
  }
}
