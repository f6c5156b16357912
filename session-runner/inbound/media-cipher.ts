import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'

/** Keys of one media file, derived from its media key. */
type MediaKeys = { iv: Uint8Array; cipherKey: Uint8Array; macKey: Uint8Array }

/** The file as WhatsApp stores it ends with so many bytes of HMAC-SHA256 over iv and ciphertext. */
const MAC_BYTES = 10

/** Thrown when a downloaded file is not the one the message describes. */
export class MediaMismatch extends Error {
  override readonly name = 'MediaMismatch'
}

/** Passes a file on that is not encrypted, as those of channels are, and fails at its end when it is not the one that was named. */
export const plainVerifier = (fileSha256: Uint8Array | undefined): Transform => {
  const hash = createHash('sha256')
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done: TransformCallback): void {
      const isRight = !fileSha256?.length || hash.digest().equals(fileSha256)
      done(isRight ? null : new MediaMismatch('the media is not the file the message names'))
    },
  })
}

/**
 * Decrypts a media file as it streams by (AES-256-CBC) and fails at its end when the authentication code or the hash of the
 * plaintext does not match, so that an upload behind it is never completed with wrong bytes.
 */
export const mediaDecipher = (keys: MediaKeys, fileSha256: Uint8Array | undefined): Transform => {
  const decipher = createDecipheriv('aes-256-cbc', keys.cipherKey, keys.iv)
  const mac = createHmac('sha256', keys.macKey).update(keys.iv)
  const hash = createHash('sha256')
  let held = Buffer.alloc(0)

  const plain = (transform: Transform, bytes: Buffer): void => {
    hash.update(bytes)
    transform.push(bytes)
  }

  const finish = (transform: Transform): Error | null => {
    if (held.length < MAC_BYTES || !timingSafeEqual(mac.digest().subarray(0, MAC_BYTES), held)) {
      return new MediaMismatch('the authentication code of the media does not match')
    }
    try {
      plain(transform, decipher.final())
    } catch (error) {
      return new MediaMismatch('the media cannot be decrypted', { cause: error })
    }
    const digest = hash.digest()
    return fileSha256?.length === digest.length && !digest.equals(fileSha256)
      ? new MediaMismatch('the media is not the file the message names')
      : null
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      const data = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
      const ready = data.subarray(0, Math.max(0, data.length - MAC_BYTES))
      held = Buffer.from(data.subarray(ready.length))
      mac.update(ready)
      plain(this, decipher.update(ready))
      done()
    },
    flush(done: TransformCallback): void {
      done(finish(this))
    },
  })
}
