import { proto } from '@whiskeysockets/baileys'
import {
  decryptCbc,
  encryptCbc,
  hkdf,
  hmac,
  type KeyPair,
  newKeyPair,
  random,
  sign,
  verify,
  withKeyType,
} from './crypto.ts'

const VERSION = 0x33
const SIGNATURE_BYTES = 64
const MAX_AHEAD = 2000

/** Sending side of a sender key: one per phone and group. */
export interface OwnSenderKey {
  id: number
  iteration: number
  chainKey: Buffer
  signing: KeyPair
  /** Devices (`lid.device`) that hold this key already. */
  sharedWith: string[]
}

/** Receiving side: the state learnt from one distribution message. */
export interface TheirSenderKey {
  id: number
  iteration: number
  chainKey: Buffer
  signingPublic: Buffer
  /** Message keys of counters that were skipped. */
  skipped: Map<number, Buffer>
}

function step(chainKey: Buffer): { messageKey: Buffer; next: Buffer } {
  return { messageKey: hmac(chainKey, Buffer.from([1])), next: hmac(chainKey, Buffer.from([2])) }
}

function cipherKeys(messageKey: Buffer): { iv: Buffer; key: Buffer } {
  const derived = hkdf(messageKey, 48, 'WhisperGroup')
  return { iv: derived.subarray(0, 16), key: derived.subarray(16, 48) }
}

/** A new sender key at its first iteration. */
export function newSenderKey(): OwnSenderKey {
  return {
    id: random(4).readUInt32BE() >>> 1,
    iteration: 0,
    chainKey: random(32),
    signing: newKeyPair(),
    sharedWith: [],
  }
}

/** The distribution message that lets others open what is sent from now on. */
export function distributionOf(key: OwnSenderKey): Buffer {
  const body = proto.SenderKeyDistributionMessage.encode({
    id: key.id,
    iteration: key.iteration,
    chainKey: key.chainKey,
    signingKey: withKeyType(key.signing.public),
  }).finish()
  return Buffer.concat([Buffer.from([VERSION]), body])
}

/** Reads a distribution message. */
export function readDistribution(bytes: Uint8Array): TheirSenderKey {
  const message = proto.SenderKeyDistributionMessage.decode(bytes.subarray(1))
  return {
    id: message.id ?? 0,
    iteration: message.iteration ?? 0,
    chainKey: Buffer.from(message.chainKey ?? []),
    signingPublic: Buffer.from(message.signingKey ?? []),
    skipped: new Map(),
  }
}

/** Encrypts and advances the key. */
export function sealForGroup(key: OwnSenderKey, plaintext: Buffer): Buffer {
  const { messageKey, next } = step(key.chainKey)
  const keys = cipherKeys(messageKey)
  const body = proto.SenderKeyMessage.encode({
    id: key.id,
    iteration: key.iteration,
    ciphertext: encryptCbc(keys.key, keys.iv, plaintext),
  }).finish()
  key.chainKey = next
  key.iteration += 1
  const signed = Buffer.concat([Buffer.from([VERSION]), body])
  return Buffer.concat([signed, sign(key.signing.private, signed)])
}

/** Id of the sender key that a group message was sealed with. */
export function senderKeyIdOf(bytes: Uint8Array): number {
  return proto.SenderKeyMessage.decode(bytes.subarray(1, bytes.length - SIGNATURE_BYTES)).id ?? 0
}

function messageKeyAt(key: TheirSenderKey, iteration: number): Buffer {
  if (iteration < key.iteration) {
    const kept = key.skipped.get(iteration)
    if (!kept) throw new Error('message with an old counter')
    key.skipped.delete(iteration)
    return kept
  }
  if (iteration - key.iteration > MAX_AHEAD) throw new Error('message too far in the future')
  for (;;) {
    const { messageKey, next } = step(key.chainKey)
    const current = key.iteration
    key.chainKey = next
    key.iteration += 1
    if (current === iteration) return messageKey
    key.skipped.set(current, messageKey)
    // The client leaves a gap of one at every message, so old gaps must not pile up.
    if (key.skipped.size > MAX_AHEAD) key.skipped.delete(key.skipped.keys().next().value ?? -1)
  }
}

/** Verifies and decrypts a group message; throws when the signature or the counter is not good. */
export function openFromGroup(key: TheirSenderKey, bytes: Buffer): Buffer {
  const signed = bytes.subarray(0, bytes.length - SIGNATURE_BYTES)
  const signature = bytes.subarray(bytes.length - SIGNATURE_BYTES)
  if (!verify(key.signingPublic, signed, signature)) throw new Error('sender key signature does not match')
  const message = proto.SenderKeyMessage.decode(signed.subarray(1))
  const keys = cipherKeys(messageKeyAt(key, message.iteration ?? 0))
  return decryptCbc(keys.key, keys.iv, Buffer.from(message.ciphertext ?? []))
}
