import { z } from 'zod'

/** What is shown of a page that a text links to. `url` is as it stands in the text; `thumbnail` is a small JPEG, base64. */
export const linkPreview = z.object({
  url: z.string(),
  title: z.string(),
  description: z.string().optional(),
  thumbnail: z.string().optional(),
})

/** What is shown of a page that a text links to. */
export type LinkPreview = z.infer<typeof linkPreview>
