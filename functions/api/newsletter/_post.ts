import { z } from 'zod'
import type { Post } from '#domains/newsletters/model.ts'

/** A post as the document shows it; in updates without content. */
export const shownPost = z.object({
  id: z.string(),
  server_id: z.number().int(),
  type: z.string(),
  timestamp: z.number().int(),
  text: z.string().optional(),
  caption: z.string().optional(),
  views_count: z.number().int(),
  reaction_counts: z.record(z.string(), z.number().int()),
  media: z.looseObject({}).optional(),
})

/** A post in the document's form: words of a file are its caption. */
export const showPost = ({
  id,
  serverId,
  kind,
  at,
  text,
  views,
  reactions,
  media,
}: Post): z.input<typeof shownPost> => ({
  id,
  server_id: serverId,
  type: kind,
  timestamp: at,
  ...(text !== undefined && (media ? { caption: text } : { text })),
  views_count: views,
  reaction_counts: reactions,
  ...(media && {
    media: {
      mimetype: media.mimeType,
      url: media.url,
      direct_path: media.directPath,
      file_length: media.sizeBytes,
      file_name: media.fileName,
      width: media.width,
      height: media.height,
      seconds: media.seconds,
    },
  }),
})
