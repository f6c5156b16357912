// The published type file of libsignal describes only part of what the package exports at run time. The sandbox
// needs the curve helpers under their file name and the fields of a session record, so both are described here.
declare module 'libsignal/src/curve.js' {
  /** Raw X25519 pair; the public key carries the leading type byte 05. */
  export function generateKeyPair(): { pubKey: Buffer; privKey: Buffer }
  export function calculateSignature(privateKey: Uint8Array, message: Uint8Array): Buffer
  export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}
