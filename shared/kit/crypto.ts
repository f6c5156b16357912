import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { derivedKey } from './secrets.ts'

/** Hexadecimal SHA-256. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** HMAC-SHA256. */
const hmac = (key: string | Uint8Array, data: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(data).digest()

/** What a credential is stored and found by. Keyed, so that a copy of the table does not let anybody guess short tokens. */
export const tokenHash = async (token: string): Promise<string> =>
  hmac(await derivedKey('token-pepper'), token).toString('hex')

const IV_LENGTH = 12
const TAG_LENGTH = 16

/** Encrypts a value that must be shown again (AES-256-GCM); `context` binds it to its owner. */
export const encryptAtRest = async (plain: string, context: string): Promise<string> => {
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', await derivedKey('at-rest'), iv).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
}

/** Decrypts what `encryptAtRest` gave. Throws when it was tampered with or the context is another. */
export const decryptAtRest = async (sealed: string, context: string): Promise<string> => {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', await derivedKey('at-rest'), bytes.subarray(0, IV_LENGTH))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV_LENGTH, IV_LENGTH + TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(IV_LENGTH + TAG_LENGTH)), decipher.final()]).toString('utf8')
}
