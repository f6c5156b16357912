import { createPublicKey, type KeyObject, verify as verifyNative } from 'node:crypto'

const P = 2n ** 255n - 19n
const ED25519_DER = Buffer.from('302a300506032b6570032100', 'hex')
const CACHE_SIZE = 4096
const SIGNATURE_BYTES = 64

/** Edwards keys by Montgomery key and sign. Turning one into the other takes a modular inverse. */
const converted = new Map<string, KeyObject>()

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let factor = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % P
    factor = (factor * factor) % P
  }
  return result
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

/** The Edwards key with the same secret: y = (u - 1) / (u + 1), and the sign that the signature carries. */
function edwardsKey(montgomery: Uint8Array, sign: number): KeyObject {
  const name = `${sign}${Buffer.from(montgomery).toString('base64')}`
  const known = converted.get(name)
  if (known) return known
  const u = littleEndian(montgomery) % P
  const y = ((u - 1n + P) * power(u + 1n, P - 2n)) % P
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse()
  bytes[31] = (bytes[31] ?? 0) | sign
  const key = createPublicKey({ key: Buffer.concat([ED25519_DER, bytes]), format: 'der', type: 'spki' })
  if (converted.size >= CACHE_SIZE) converted.clear()
  converted.set(name, key)
  return key
}

/**
 * Verifies an XEdDSA signature with the Ed25519 of Node. The JavaScript of the Signal library takes eleven
 * milliseconds for it, which every phone of a group would pay for every message.
 */
export function verifyXeddsa(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== SIGNATURE_BYTES) return false
  const plain = Buffer.from(signature)
  const last = plain[SIGNATURE_BYTES - 1] ?? 0
  plain[SIGNATURE_BYTES - 1] = last & 0x7f
  return verifyNative(null, message, edwardsKey(publicKey, last & 0x80), plain)
}
