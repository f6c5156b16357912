import { networkError, toApiError } from '../../lib/api-error.ts'
import { createUpload, type MessageBody } from './api.ts'
import type { OutgoingFile, Pending } from './pending.ts'

/** Bytes up to which a file travels inside the request: base64 is a third longer, and a request has 6 MB. */
const INLINE = 3_000_000

const toBase64 = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '')
    reader.readAsDataURL(blob)
  })

/** MIME type without parameters; uploads take no others. */
const typeOf = ({ blob }: OutgoingFile): string => blob.type.split(';')[0]?.trim() || 'application/octet-stream'

/** Puts a file where the server finds it. Throws an ApiError. */
const upload = async (file: OutgoingFile): Promise<string> => {
  const { blob, name } = file
  const place = await createUpload({
    body: { purpose: 'message', fileName: name, mimeType: typeOf(file), sizeBytes: blob.size },
  })
  const form = new FormData()
  for (const [field, value] of Object.entries(place.fields)) form.set(field, value)
  form.set('file', blob, name)
  const response = await fetch(place.url, { method: 'POST', body: form }).catch((cause: unknown) => {
    throw networkError(cause)
  })
  if (!response.ok) throw toApiError(response.status, undefined, null)
  return place.uploadId
}

/** Uploads of files that were begun: a retry sends the same body. */
const uploads = new WeakMap<OutgoingFile, string>()

/** The request that sends a pending message. Large files are put into place first. Throws an ApiError. */
export const bodyOf = async ({ body, file, replyTo }: Pending): Promise<MessageBody> => {
  const words = { Body: body, ReplyTo: replyTo?.id }
  if (!file) return words
  const facts = { ...words, MediaMime: typeOf(file), MediaFilename: file.name }
  if (file.blob.size <= INLINE) return { ...facts, MediaBase64: await toBase64(file.blob) }
  const uploadId = uploads.get(file) ?? (await upload(file))
  uploads.set(file, uploadId)
  return { ...facts, UploadId: uploadId }
}
