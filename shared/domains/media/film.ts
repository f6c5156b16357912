import { fail } from '#kit/errors.ts'
import { withFfmpeg } from './ffmpeg/run.ts'
import type { MediaFile } from './file.ts'
import { THUMBNAIL_PIXELS } from './inspect.ts'
import { type Mp4Facts, readMp4 } from './mp4.ts'

/** H.264 in its three names, and AAC: what every phone can play, and the document requires. */
const PLAYABLE = new Set(['avc1', 'avc2', 'avc3', 'mp4a'])
/** Tracks that are neither pictures nor sound: time codes, texts, hints. */
const BESIDE = new Set(['tmcd', 'tx3g', 'text', 'mp4s', 'rtp ', 'metx', 'mett', 'mebx', 'gpmd'])

/** A frame of more pixels is not decoded for a preview: it would need hundreds of megabytes. */
const MOST_PIXELS = 4096 * 4096
const PREVIEW_MS = 8_000

/** What a message says about its video; length in seconds, `thumbnail` a small JPEG in base64. */
export type FilmFacts = { width?: number; height?: number; seconds?: number; thumbnail?: string }

/** Measures a video. Throws `media_invalid` for one that phones could not play. */
const checkFilm = async ({ read, sizeBytes }: MediaFile): Promise<Omit<Mp4Facts, 'codecs'>> => {
  const facts = await readMp4(read, sizeBytes)
  const others = facts?.codecs.filter((codec) => !PLAYABLE.has(codec) && !BESIDE.has(codec)) ?? []
  const hasPictures = facts?.codecs.some((codec) => codec.startsWith('avc')) === true
  if (facts && hasPictures && others.length === 0) {
    const { width, height, seconds } = facts
    return { width, height, seconds }
  }
  const named = others.length > 0 ? `, and has ${others.join(', ')}` : ''
  throw fail('media_invalid', { message: `The video needs H.264 pictures and AAC sound${named}.` })
}

const fit = `scale=w=${THUMBNAIL_PIXELS}:h=${THUMBNAIL_PIXELS}:force_original_aspect_ratio=decrease`

const drawPreview = (file: MediaFile): Promise<string | undefined> =>
  withFfmpeg(file, PREVIEW_MS, async (run) => {
    const from = ['-v', 'error', '-protocol_whitelist', 'file', '-f', 'mov', '-threads', '1', '-i', 'in']
    const to = ['-an', '-frames:v', '1', '-vf', fit, '-q:v', '5', '-f', 'image2', '-update', '1', 'preview.jpg']
    const { outputs } = await run({ tool: 'ffmpeg', args: [...from, ...to], outputs: ['preview.jpg'] })
    const drawn = outputs['preview.jpg']
    return drawn && drawn.length > 0 ? Buffer.from(drawn).toString('base64') : undefined
  })

/**
 * Measures a video and draws its first frame, unless the caller brought a `preview` (JPEG, base64); one that cannot be drawn
 * goes without. Throws `media_invalid` for a video that phones could not play.
 */
export const inspectFilm = async (file: MediaFile, preview?: string): Promise<FilmFacts> => {
  const facts = await checkFilm(file)
  if (preview !== undefined) return { ...facts, thumbnail: preview }
  const isDrawable = (facts.width ?? 0) * (facts.height ?? 0) <= MOST_PIXELS
  return { ...facts, thumbnail: isDrawable ? await drawPreview(file).catch(() => undefined) : undefined }
}
