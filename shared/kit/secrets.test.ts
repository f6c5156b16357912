import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCredential, storeCredential } from '#domains/credentials/repo.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { formatOf, signAccessToken, verifyAccessToken } from './access-token.ts'
import { decryptAtRest, encryptAtRest, tokenHash } from './crypto.ts'
import { randomSecret } from './ids.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { derivedKey } from './secrets.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
})

afterAll(() => ctx.close())

test('each purpose has a key of its own', async () => {
  const purposes = ['token-pepper', 'at-rest', 'access-token'] as const
  const keys = await Promise.all(purposes.map(async (purpose) => (await derivedKey(purpose)).toString('hex')))
  expect(new Set(keys).size).toBe(purposes.length)
  expect(keys.every((key) => key.length === 64)).toBe(true)
})

test('an encrypted value opens for its owner only, and not after a bit was changed', async () => {
  const sealed = await encryptAtRest('a-token', 'device-1')
  expect(sealed).not.toContain('a-token')
  expect(await encryptAtRest('a-token', 'device-1')).not.toBe(sealed)
  expect(await decryptAtRest(sealed, 'device-1')).toBe('a-token')
  await expect(decryptAtRest(sealed, 'device-2')).rejects.toThrow()
  const bytes = Buffer.from(sealed, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await expect(decryptAtRest(bytes.toString('base64'), 'device-1')).rejects.toThrow()
})

test('a password is kept as a salted argon2id string that only it fits', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await verifyPassword('correct horse', one)).toBe(true)
  expect(await verifyPassword('Correct horse', one)).toBe(false)
  expect(await verifyPassword('', undefined)).toBe(false)
})

test('letters that look the same are the same password, however the keyboard made them', async () => {
  expect(await verifyPassword('caf\u00e9', await hashPassword('cafe\u0301'))).toBe(true)
})

test('a random secret is never the same twice and has the letters callers can type', () => {
  expect(new Set(Array.from({ length: 100 }, () => randomSecret())).size).toBe(100)
  expect(randomSecret()).toMatch(/^[0-9A-Za-z]{43}$/)
})

test('an access token says who it is for until it ends, and cannot be made or changed by others', async () => {
  const nowMs = Date.now()
  const claims = { userId: 7, org: 'org_1', fmt: 'ceox', sid: 'ses_1', ver: 3 } as const
  const token = await signAccessToken(claims, nowMs)
  expect(await verifyAccessToken(token, nowMs)).toEqual(claims)
  expect(await verifyAccessToken(token, nowMs + 15 * 60_000 + 1000)).toBeUndefined()
  const [header, , signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: '8', exp: nowMs })).toString('base64url')
  expect(await verifyAccessToken(`${header}.${forged}.${signature}`, nowMs)).toBeUndefined()
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  expect(await verifyAccessToken(`${none}.${forged}.`, nowMs)).toBeUndefined()
  expect([formatOf(token), formatOf('nonsense')]).toEqual(['ceox', 'cx'])
})

test('a credential counts until it ends or is switched off, and its secret is nowhere in the store', async () => {
  const stored = { kind: 'apiKey', tenantId: 'org_1', refId: 'key_1', capabilities: ['*'] } as const
  const make = async (more: object) => {
    const secret = `ceox_${randomSecret()}`
    expect(await storeCredential(ctx, secret, { ...stored, capabilities: ['*'], ...more })).toBe(true)
    return secret
  }
  const nowMs = ctx.clock.nowMs()
  const short = await make({ expiresOn: new Date(nowMs + 60_000).toISOString() })
  expect(await findCredential(ctx, await make({}))).toMatchObject({ refId: 'key_1' })
  expect(await findCredential(ctx, await make({ disabled: true }))).toBeUndefined()
  expect(await findCredential(ctx, short)).toBeDefined()
  ctx.clock.advance(60_000)
  expect(await findCredential(ctx, short)).toBeUndefined()
  expect(await storeCredential(ctx, short, { ...stored, capabilities: [] })).toBe(false)
  const item = await ctx.main.get({ pk: `KEY#${await tokenHash(short)}`, sk: 'META' })
  expect(JSON.stringify(item)).not.toContain(short)
})
