import { sha256 } from '../crypto.ts'
import { fail } from '../errors.ts'

/** A file of a multipart form. */
export class FormFile {
  readonly fileName: string
  readonly mimeType: string
  readonly bytes: Buffer

  constructor(fileName: string, mimeType: string, bytes: Buffer) {
    this.fileName = fileName
    this.mimeType = mimeType
    this.bytes = bytes
  }

  /** What stands for the file where requests are compared. */
  toJSON(): unknown {
    return { fileName: this.fileName, mimeType: this.mimeType, sha256: sha256(this.bytes) }
  }
}

/** Whether a content type is that of a form with files. */
export const isMultipart = (contentType: string | undefined): boolean =>
  /^multipart\/form-data\b/i.test(contentType ?? '')

const readPart = async (part: string | File): Promise<string | FormFile> =>
  typeof part === 'string' ? part : new FormFile(part.name, part.type, Buffer.from(await part.arrayBuffer()))

/**
 * The fields of a multipart form: texts and files, the last of each name. `text` has one character for each byte. Throws
 * `validation_failed` for a body that is no such form.
 */
export const readForm = async (contentType: string, text: string): Promise<Record<string, string | FormFile>> => {
  let form: FormData
  try {
    const body = Buffer.from(text, 'latin1')
    form = await new Response(body, { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw fail('validation_failed', { message: 'The body is not a valid multipart form.', cause })
  }
  const fields = await Promise.all([...form].map(async ([name, part]) => [name, await readPart(part)] as const))
  return Object.fromEntries(fields)
}
