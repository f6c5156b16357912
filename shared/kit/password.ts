import crypto, { randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** OWASP's argon2id parameters for interactive logins: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

// Looked up when it is needed: a runtime without it then fails a login with a clear error, not the load of every bundle.
const run = (password: string, nonce: Buffer): Promise<Buffer> =>
  promisify(crypto.argon2)('argon2id', {
    message: Buffer.from(password.normalize('NFKC')),
    nonce,
    ...PARAMETERS,
  }) as Promise<Buffer>

/** Hashes a password to a PHC string. */
export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(16)
  const tag = await run(password, nonce)
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${text(nonce)}$${text(tag)}`
}

/** A hash of nothing anybody knows: checked for unknown addresses, so that they cost the same time as known ones. */
const UNKNOWN = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Whether the password belongs to the PHC string; without one it does the same work and says no. */
export const verifyPassword = async (password: string, stored: string | undefined): Promise<boolean> => {
  const [, , , , nonce, tag] = (stored ?? UNKNOWN).split('$')
  const expected = Buffer.from(tag ?? '', 'base64')
  const actual = await run(password, Buffer.from(nonce ?? '', 'base64'))
  return stored !== undefined && expected.length === actual.length && timingSafeEqual(expected, actual)
}
