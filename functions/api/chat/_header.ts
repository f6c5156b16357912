import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import type { PanelToSend } from '#domains/messages/outbound-content.ts'
import { optionalText } from '#kit/text.ts'

/** What can stand above the words of a message with buttons. */
export const HEADER_KINDS = ['image', 'video', 'document'] as const

/** What stands above: its kind, where it comes from, and what is said of it. `field` is the caller's name for it. */
export type HeaderInput = {
  kind: (typeof HEADER_KINDS)[number]
  url: string
  field: string
  caption?: string
  fileName?: string
  mimeType?: string
}

/** Where a file comes from. */
export const fileUrl = z
  .string()
  .min(1, 'must not be empty')
  .describe('Base64 data URL, http(s) URL, or upload:<uploadId>')

/** Kind of a file above words; an empty one is none. */
export const headerKind = z
  .union([z.literal(''), z.enum(HEADER_KINDS)])
  .transform((kind) => kind || undefined)
  .optional()

/** A MIME type; an empty one is none. */
export const headerMimeType = optionalText.refine((text) => !text || /^[\w.+-]+\/[\w.+-]+$/.test(text), {
  message: 'must be a MIME type',
})

/** The file above words, as messages are sent with it. Throws `validation_failed` for what is no URL. */
export const headerFile = ({ kind, url, field, caption, fileName, mimeType }: HeaderInput): PanelToSend['header'] => ({
  file: { source: readMediaSource(url, field), as: kind, field, fileName, mimeType },
  caption,
})
