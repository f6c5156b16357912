import { fail } from '#kit/errors.ts'

/** How a caller hands over a file: its bytes in the request, an address to fetch it from, or an upload made before. */
export type MediaSource =
  | { kind: 'bytes'; bytes: Buffer; mimeType?: string }
  | { kind: 'url'; url: string }
  | { kind: 'upload'; id: string }

const DATA_URL = /^data:([\w.+/-]*)((?:\s*;\s*[\w.+-]+=[^;,]*)*)(\s*;\s*base64)?,/i
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

const refuse = (field: string, message: string) => fail('validation_failed', { details: [{ path: field, message }] })

/** Decodes base64, in lines or not. Throws `validation_failed`: a file cut short must not reach anybody. */
export const decodeBase64 = (text: string, field: string): Buffer => {
  const joined = /\s/.test(text) ? text.replace(/\s+/g, '') : text
  const body = joined.replace(/=+$/, '')
  if (!BASE64.test(joined) || body.length % 4 === 1) throw refuse(field, 'is not valid base64')
  const bytes = Buffer.from(body, 'base64')
  if (bytes.length === 0) throw refuse(field, 'is empty')
  return bytes
}

/** Reads a media field: a base64 data URL, an http(s) URL, or `upload:<id>`. Throws `validation_failed` naming `field`. */
export const readMediaSource = (text: string, field: string): MediaSource => {
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: text }
  if (text.startsWith('upload:')) return { kind: 'upload', id: text.slice('upload:'.length) }
  const head = DATA_URL.exec(text.slice(0, 500))
  if (!head?.[3]) throw refuse(field, 'must be a base64 data URL, an http or https URL, or upload:<id>')
  return { kind: 'bytes', bytes: decodeBase64(text.slice(head[0].length), field), mimeType: head[1] || undefined }
}
