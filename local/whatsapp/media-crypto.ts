import { ControlError } from './control-error.ts'
import { decryptCbc, encryptCbc, hkdf, hmac, random, sha256 } from './crypto.ts'

/** The word in the key derivation that tells kinds of media apart. */
export type MediaKeyName = 'Image' | 'Video' | 'Audio' | 'Document' | 'History'

/** An encrypted file with what the receiver needs to open and check it. */
export interface SealedMedia {
  file: Buffer
  mediaKey: Buffer
  fileSha256: Buffer
  fileEncSha256: Buffer
}

const MAC_BYTES = 10

function keysOf(mediaKey: Uint8Array, name: MediaKeyName) {
  const expanded = hkdf(mediaKey, 112, `WhatsApp ${name} Keys`)
  return { iv: expanded.subarray(0, 16), key: expanded.subarray(16, 48), macKey: expanded.subarray(48, 80) }
}

/** Encrypts a file under a fresh key. */
export function sealMedia(plaintext: Buffer, name: MediaKeyName): SealedMedia {
  const mediaKey = random(32)
  const { iv, key, macKey } = keysOf(mediaKey, name)
  const ciphertext = encryptCbc(key, iv, plaintext)
  const mac = hmac(macKey, Buffer.concat([iv, ciphertext])).subarray(0, MAC_BYTES)
  const file = Buffer.concat([ciphertext, mac])
  return { file, mediaKey, fileSha256: sha256(plaintext), fileEncSha256: sha256(file) }
}

/** Decrypts a file; throws a 409 when it was not encrypted under this key. */
export function openMedia(file: Buffer, mediaKey: Uint8Array, name: MediaKeyName): Buffer {
  const { iv, key, macKey } = keysOf(mediaKey, name)
  const ciphertext = file.subarray(0, file.length - MAC_BYTES)
  const mac = hmac(macKey, Buffer.concat([iv, ciphertext])).subarray(0, MAC_BYTES)
  if (!mac.equals(file.subarray(file.length - MAC_BYTES))) {
    throw new ControlError(409, 'media_damaged', 'The file does not match the key of the message.')
  }
  return decryptCbc(key, iv, ciphertext)
}
