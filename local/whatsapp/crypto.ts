import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  pbkdf2,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import * as curve from 'libsignal/src/curve.js'
import { verifyXeddsa } from './xeddsa.ts'

/** An X25519 pair without the type byte that Signal puts before public keys. */
export interface KeyPair {
  private: Buffer
  public: Buffer
}

const NOTHING = Buffer.alloc(0)
const KEY_TYPE = Buffer.from([5])
const TAG_BYTES = 16
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const pbkdf2Async = promisify(pbkdf2)

/** A fresh X25519 pair. */
export function newKeyPair(): KeyPair {
  const { pubKey, privKey } = curve.generateKeyPair()
  return { private: Buffer.from(privKey), public: Buffer.from(pubKey.subarray(1)) }
}

/** The public key as Signal writes it: type byte 05 and 32 bytes. Keys that have the byte already are returned as they are. */
export function withKeyType(key: Uint8Array): Buffer {
  return key.length === 33 ? Buffer.from(key) : Buffer.concat([KEY_TYPE, key])
}

/** X25519 agreement, 32 bytes. */
export function agree(privateKey: Buffer, publicKey: Uint8Array): Buffer {
  return diffieHellman({
    privateKey: createPrivateKey({ key: Buffer.concat([PRIVATE_DER, privateKey]), format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: Buffer.concat([PUBLIC_DER, publicKey]), format: 'der', type: 'spki' }),
  })
}

/** XEdDSA signature, 64 bytes. */
export function sign(privateKey: Buffer, message: Uint8Array): Buffer {
  return curve.calculateSignature(privateKey, message)
}

/** True when the XEdDSA signature is good; false for a wrong or malformed one. The key may carry its type byte. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifyXeddsa(publicKey.length === 33 ? publicKey.subarray(1) : publicKey, message, signature)
}

/** HKDF-SHA256. An absent salt means 32 zero bytes, as the RFC says. */
export function hkdf(input: Uint8Array, length: number, info: string, salt: Uint8Array = Buffer.alloc(32)): Buffer {
  return Buffer.from(hkdfSync('sha256', input, salt, info, length))
}

/** SHA-256 digest. */
export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/**
 * A symmetric key for the functions below. Node 24 tells key objects from bytes by catching an error, which costs ten
 * microseconds whenever bytes are passed where a key object could be; so bytes are always wrapped first.
 */
export function secretKey(key: Uint8Array | KeyObject): KeyObject {
  return key instanceof Uint8Array ? createSecretKey(key) : key
}

/** HMAC with SHA-256. */
export function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', secretKey(key)).update(data).digest()
}

/** AES-256-GCM with the tag appended. */
export function sealGcm(
  key: Uint8Array | KeyObject,
  iv: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array = NOTHING,
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', secretKey(key), iv)
  cipher.setAAD(aad)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** Opens AES-256-GCM with the tag appended; throws when the tag does not match. */
export function openGcm(
  key: Uint8Array | KeyObject,
  iv: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array = NOTHING,
): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', secretKey(key), iv)
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
}

/** AES-256-CTR; the same call encrypts and decrypts. */
export function applyCtr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ctr', secretKey(key), iv)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** AES-256-CBC with PKCS7 padding. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-cbc', secretKey(key), iv)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** Reverses {@link encryptCbc}; throws on bad padding. */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', secretKey(key), iv)
  return Buffer.concat([decipher.update(data), decipher.final()])
}

/** Key of the eight-character pairing code: PBKDF2-SHA256 with 131,072 rounds. Takes some ten milliseconds of a pool thread. */
export async function pairingCodeKey(code: string, salt: Uint8Array): Promise<Buffer> {
  return pbkdf2Async(code, salt, 131_072, 32, 'sha256')
}

/** Random bytes. */
export function random(length: number): Buffer {
  return randomBytes(length)
}

/** Unsigned big-endian integer of the given width in bytes. */
export function bigEndian(value: number, width: number): Buffer {
  const out = Buffer.alloc(width)
  out.writeUIntBE(value, 0, width)
  return out
}
