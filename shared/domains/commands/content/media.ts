import { z } from 'zod'

/** Media of an outbound message: where its bytes lie in the media bucket and what they are. */
export const outboundMedia = z.object({
  key: z.string(),
  mimeType: z.string(),
  fileName: z.string().optional(),
  sizeBytes: z.number().int(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** Length of video and audio, in whole seconds. */
  seconds: z.number().int().optional(),
  /** Small preview, base64, a few kilobytes: it travels inside the WhatsApp message. JPEG; of a sticker PNG. */
  thumbnail: z.string().optional(),
  /** Loudness of a voice note in 64 bytes of 0 to 100, base64. */
  waveform: z.string().optional(),
  /** The sticker moves. */
  animated: z.boolean().optional(),
})

/** Content with a file. */
export const mediaContent = [
  z.object({
    kind: z.literal('image'),
    media: outboundMedia,
    caption: z.string().optional(),
    viewOnce: z.boolean().optional(),
  }),
  /** `round` is a video note, shown in a circle. */
  z.object({
    kind: z.literal('video'),
    media: outboundMedia,
    caption: z.string().optional(),
    viewOnce: z.boolean().optional(),
    round: z.boolean().optional(),
  }),
  /** `voice` says whether it is a voice note; without it OGG is one. */
  z.object({
    kind: z.literal('audio'),
    media: outboundMedia,
    voice: z.boolean().optional(),
    viewOnce: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('sticker'), media: outboundMedia }),
  z.object({ kind: z.literal('document'), media: outboundMedia, caption: z.string().optional() }),
] as const
