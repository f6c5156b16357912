import type { MediaOrigin } from '#domains/messages/model.ts'
import type { MediaSource } from '#domains/messages/normalise-media.ts'

/** Bytes of a key or a hash at most; WhatsApp's have 32. */
const MOST_BYTES = 64
const MOST_CHARACTERS = 2_000

const base64Of = (bytes: Uint8Array | undefined): string | undefined =>
  bytes?.length && bytes.length <= MOST_BYTES ? Buffer.from(bytes).toString('base64') : undefined

const placeOf = (text: string | undefined): string | undefined =>
  text && text.length <= MOST_CHARACTERS ? text : undefined

/** Where a file lies at WhatsApp, as it is stored with its message. What is too long to be such a place is left out. */
export const originOf = (source: MediaSource): MediaOrigin => ({
  url: placeOf(source.url),
  directPath: placeOf(source.directPath),
  mediaKey: base64Of(source.mediaKey),
  fileSha256: base64Of(source.fileSha256),
  fileEncSha256: base64Of(source.fileEncSha256),
})
