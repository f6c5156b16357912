import { z } from 'zod'
import { linkPreview } from './link-preview.ts'

/** How a text status looks: colours as ARGB in one number, and WhatsApp's number of the font. */
const textStyle = z.object({
  backgroundArgb: z.number().int().optional(),
  textArgb: z.number().int().optional(),
  font: z.number().int().optional(),
})

/** Content of words alone. */
export const textContent = [
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    style: textStyle.optional(),
    preview: linkPreview.optional(),
  }),
  /** New words for an own text message; `chat` as WhatsApp names it in the key of that message. */
  z.object({ kind: z.literal('edit'), chat: z.string(), messageId: z.string(), text: z.string() }),
] as const
