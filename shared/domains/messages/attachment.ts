import { decodeBase64, readMediaSource } from '../media/source.ts'
import type { MediaInput } from '../media/store.ts'
import type { SendContent } from './outbound-content.ts'

/** A file beside a message as inbox clients send it: its bytes, or the id of one that was uploaded. `fields` name the two for errors. */
export type Attachment = {
  base64?: string
  uploadId?: string
  mime?: string
  fileName?: string
  caption?: string
  fields: { base64: string; uploadId: string }
}

const sourceOf = ({ base64 = '', uploadId, fields }: Attachment): MediaInput['source'] => {
  if (uploadId) return { kind: 'upload', id: uploadId.replace(/^upload:/, '') }
  if (base64.startsWith('data:')) return readMediaSource(base64, fields.base64)
  return { kind: 'bytes', bytes: decodeBase64(base64, fields.base64) }
}

/** The message that a file makes, sent as `as`. Throws `validation_failed` for what is no base64. */
export const attachmentContent = (attachment: Attachment, as: MediaInput['as']): SendContent => {
  const { uploadId, fileName, mime, caption, fields } = attachment
  const field = uploadId ? fields.uploadId : fields.base64
  return {
    kind: 'media',
    file: { source: sourceOf(attachment), as, field, fileName, mimeType: mime },
    caption: caption || undefined,
  }
}
