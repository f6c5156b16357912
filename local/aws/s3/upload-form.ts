import type { UploadForm } from './post-policy.ts'

/**
 * Reads the fields of a multipart upload form and the size of its file. Field names are lower-cased, since S3 compares
 * them so. What follows the file is ignored, as S3 does.
 */
export function readUploadForm(bucket: string, contentType: string, body: Buffer): UploadForm | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  if (!boundary) return undefined
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2]}`)
  const form: UploadForm = { bucket, fields: new Map(), fileName: '', fileSize: 0 }
  let at = body.indexOf(delimiter)
  while (at !== -1) {
    const headersAt = at + delimiter.length + 2
    const headersEnd = body.indexOf('\r\n\r\n', headersAt)
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), headersAt)
    if (headersEnd === -1 || next === -1) break
    const headers = body.toString('utf8', headersAt, headersEnd)
    const name = /\bname="([^"]*)"/i.exec(headers)?.[1]?.toLowerCase()
    const fileName = /\bfilename="([^"]*)"/i.exec(headers)?.[1]
    if (name === 'file' || fileName !== undefined) {
      form.fileName = fileName?.split(/[\\/]/).at(-1) ?? ''
      form.fileSize = next - headersEnd - 4
      return form
    }
    if (name !== undefined) form.fields.set(name, body.toString('utf8', headersEnd + 4, next))
    at = next + 2
  }
  return form
}
