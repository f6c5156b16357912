import { proto } from '@whiskeysockets/baileys'
import { type KeyPair, newKeyPair, sign } from './crypto.ts'

/** Keys of the sandbox service: the root that clients trust, and the static key its handshakes use. */
export interface ServiceKeys {
  root: KeyPair
  intermediate: KeyPair
  noise: KeyPair
}

/** Makes the three pairs of a new network. */
export function newServiceKeys(): ServiceKeys {
  return { root: newKeyPair(), intermediate: newKeyPair(), noise: newKeyPair() }
}

const DAY_SECONDS = 86_400

function certificate(fields: { serial: number; issuerSerial: number; key: Buffer }, signer: KeyPair) {
  const now = Math.floor(Date.now() / 1000)
  const details = proto.CertChain.NoiseCertificate.Details.encode({
    ...fields,
    notBefore: now - DAY_SECONDS,
    notAfter: now + 3650 * DAY_SECONDS,
  }).finish()
  return { details, signature: sign(signer.private, details) }
}

/**
 * The chain that the server sends in its hello: an intermediate signed by the root and a leaf, which is the noise key,
 * signed by the intermediate. Serial 0 is the issuer serial that the client expects.
 */
export function certificateChain(keys: ServiceKeys): Uint8Array {
  return proto.CertChain.encode({
    intermediate: certificate({ serial: 1, issuerSerial: 0, key: keys.intermediate.public }, keys.root),
    leaf: certificate({ serial: 2, issuerSerial: 1, key: keys.noise.public }, keys.intermediate),
  }).finish()
}
