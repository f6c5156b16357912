import { z } from 'zod'
import { readPreview } from '#domains/media/inspect.ts'
import { decodeBase64 } from '#domains/media/source.ts'
import { mediaErrors, sendErrors, sendNeeds, unlessEmpty } from './_send.ts'

/** A file as callers hand it over. */
export const fileField = z
  .string()
  .min(1, 'must not be empty')
  .describe('Base64 data URL, http(s) URL, or upload:<uploadId>')

/** A MIME type that the caller states; an empty one is none. */
export const mimeTypeField = unlessEmpty(
  z.string().regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)*$/, 'must be a MIME type'),
)

/** Whether the message can be opened once only. */
export const viewOnceField = z.boolean().optional().describe('It can be opened once only; not together with Duration')

/** A preview in base64, with or without the head of a data URL; an empty one is none. */
export const previewField = unlessEmpty(z.string().min(1))

/** Failures of operations that send files. */
export const fileErrors = [...sendErrors, ...mediaErrors]

/** What operations that send files need. */
export const fileNeeds = { ...sendNeeds, media: 'readWrite' } as const

/** Refuses what can be opened once only and disappears after a time as well: images and audio, by the document. */
export const onceOrTimed = {
  check: (body: { ViewOnce?: boolean; Duration?: number }): boolean => !(body.ViewOnce && body.Duration !== undefined),
  refusal: { path: ['ViewOnce'], message: 'cannot be combined with Duration' },
}

/** The preview a caller brought, made small. Throws `validation_failed` naming `field` when it is something else. */
export const previewOf = async (
  text: string | undefined,
  type: 'image/jpeg' | 'image/png',
  field: string,
): Promise<string | undefined> =>
  text === undefined
    ? undefined
    : readPreview(decodeBase64(text.replace(/^data:[\w/+.-]{1,40};base64,/i, ''), field), type, field)

/** The other spellings in which the document takes the names of fields. */
const SPELLINGS: Record<string, string> = {
  phone: 'Phone',
  video: 'Video',
  caption: 'Caption',
  id: 'Id',
  mimetype: 'MimeType',
  jpegthumbnail: 'JPEGThumbnail',
  view_once: 'ViewOnce',
  duration: 'Duration',
}

/** Reads an object whose fields have either of their documented spellings; the first one of the document wins. */
export const inEitherSpelling = <Fields extends z.ZodType>(fields: Fields) =>
  z.preprocess((body) => {
    if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
    const renamed = Object.entries(body).map(([name, value]) => [SPELLINGS[name] ?? name, value] as const)
    return { ...Object.fromEntries(renamed), ...body }
  }, fields)
