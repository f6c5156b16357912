import { z } from 'zod'
import { fail } from '#kit/errors.ts'
import { type RunTask, withFfmpeg } from './ffmpeg/run.ts'
import type { MediaFile } from './file.ts'

/** The type of voice notes, as WhatsApp's own clients state it. */
export const VOICE_TYPE = 'audio/ogg; codecs=opus'

const MUSIC_TYPE = 'audio/mp4'

/** How FFmpeg is to read a file of a detected type: nothing is left to its guessing. */
const READERS: readonly [RegExp, string][] = [
  [/^(audio|application)\/ogg/, 'ogg'],
  [/^audio\/mpeg/, 'mp3'],
  [/^audio\/aac/, 'aac'],
  [/^(audio\/(mp4|x-m4a)|video\/(mp4|3gpp|quicktime))/, 'mov'],
  [/^audio\/(wav|x-wav|vnd\.wave)/, 'wav'],
  [/^audio\/(x-)?flac/, 'flac'],
  [/^audio\/amr/, 'amr'],
  [/^(audio|video)\/(webm|x-matroska|matroska)/, 'matroska'],
]

/** Types that phones play as they are, by how the file is read and its codec. Everything else is converted. */
const PLAYED_AS: Record<string, string> = {
  'ogg opus': VOICE_TYPE,
  'mp3 mp3': 'audio/mpeg',
  'aac aac': 'audio/aac',
  'mov aac': MUSIC_TYPE,
  'amr amr_nb': 'audio/amr',
}

const CONVERSION_MS = 14_000
/** Samples a second of the rough copy that length and waveform are measured on. */
const ROUGH_HZ = 4000
const BARS = 64
const LOUDEST_BAR = 100

/** Sound as it can be sent. `bytes` are there when it was converted; `waveform` is 64 bars of 0 to 100, base64. */
export type Sound = { mimeType: string; seconds: number; waveform?: string; bytes?: Buffer }

const probed = z.object({
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        channels: z.number().optional(),
        disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
      }),
    )
    .default([]),
  format: z.object({ duration: z.coerce.number().optional().catch(undefined) }).default({}),
})

const unusable = (cause?: unknown) =>
  fail('media_invalid', { message: 'The file is no OGG, MP3, AAC, M4A or WAV audio that can be read.', cause })

/** How a file of this detected type is read. Undefined for what is no audio. */
export const soundReader = (detected: string | undefined): string | undefined =>
  READERS.find(([type]) => detected !== undefined && type.test(detected))?.[1]

const input = (reader: string): string[] => ['-v', 'error', '-protocol_whitelist', 'file', '-f', reader]

const probe = async (run: RunTask, reader: string) => {
  const wanted = 'stream=codec_type,codec_name,channels:stream_disposition=attached_pic:format=duration'
  const args = [...input(reader), '-show_entries', wanted, '-of', 'json', '-o', 'facts.json', 'in']
  const { outputs } = await run({ tool: 'ffprobe', args, outputs: ['facts.json'] })
  const facts = outputs['facts.json']
  // This build of ffprobe leaves no exit code: what it wrote tells.
  if (!facts?.length) throw unusable()
  const { streams, format } = probed.parse(JSON.parse(Buffer.from(facts).toString()))
  const sound = streams.find((stream) => stream.codec_type === 'audio')
  const hasFilm = streams.some((stream) => stream.codec_type === 'video' && stream.disposition.attached_pic === 0)
  if (!sound || hasFilm) throw unusable()
  return { codec: sound.codec_name ?? '', channels: sound.channels ?? 2, seconds: format.duration }
}

const plain = ['-map', '0:a:0', '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact']

/** A voice note is mono Opus. (This build of libopus cannot do two channels: its stack is too small.) */
const asVoice = ['-c:a', 'libopus', '-ar', '48000', '-ac', '1', '-b:a', '32k', '-f', 'ogg']
/** Other sound keeps two channels and gets the bits of music. */
const asMusic = ['-c:a', 'aac', '-ar', '44100', '-ac', '2', '-b:a', '128k', '-movflags', '+faststart', '-f', 'mp4']

const rough = ['-map', '0:a:0', '-ac', '1', '-ar', `${ROUGH_HZ}`, '-f', 's16le', 'rough.pcm']

/** Mean loudness in 64 equal parts, the loudest of them 100: as WhatsApp's clients draw a voice note. Input: 16-bit samples. */
export const waveformOf = (pcm: Buffer): Buffer => {
  const samples = Math.floor(pcm.length / 2)
  const means = Array.from({ length: BARS }, (_, bar) => {
    const from = Math.floor((bar * samples) / BARS)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * samples) / BARS))
    let sum = 0
    for (let at = from; at < to && at < samples; at += 1) sum += Math.abs(pcm.readInt16LE(at * 2))
    return sum / (to - from)
  })
  const loudest = Math.max(...means)
  return Buffer.from(means.map((mean) => (loudest > 0 ? Math.round((LOUDEST_BAR * mean) / loudest) : 0)))
}

/**
 * Makes sound that phones play of an audio file: a voice note becomes OGG with mono Opus and gets a waveform; other audio stays
 * as it is where phones play it and becomes M4A where they do not (WAV, FLAC and others). Lengths in whole seconds.
 * Throws `media_invalid` for what is no audio, or takes too long.
 */
export const prepareSound = async (file: MediaFile, detected: string | undefined, isVoice: boolean): Promise<Sound> => {
  const reader = soundReader(detected)
  if (!reader) throw unusable()
  return withFfmpeg(file, CONVERSION_MS, async (run) => {
    const { codec, channels, seconds } = await probe(run, reader)
    const playedAs = PLAYED_AS[`${reader} ${codec}`]
    const isReady = isVoice ? playedAs === VOICE_TYPE && channels === 1 : playedAs !== undefined
    if (isReady && !isVoice && seconds !== undefined) {
      return { mimeType: playedAs ?? VOICE_TYPE, seconds: Math.max(1, Math.round(seconds)) }
    }
    const converted = isReady ? [] : [...plain, ...(isVoice ? asVoice : asMusic), 'out']
    const args = [...input(reader), '-i', 'in', ...converted, ...rough]
    const { code, outputs } = await run({ tool: 'ffmpeg', args, outputs: ['out', 'rough.pcm'] })
    const pcm = Buffer.from(outputs['rough.pcm'] ?? [])
    const bytes = outputs.out && Buffer.from(outputs.out)
    if (code !== 0 || pcm.length === 0 || (!isReady && !bytes?.length)) throw unusable()
    return {
      mimeType: isReady ? (playedAs ?? VOICE_TYPE) : isVoice ? VOICE_TYPE : MUSIC_TYPE,
      seconds: Math.max(1, Math.round(pcm.length / 2 / ROUGH_HZ)),
      waveform: isVoice ? waveformOf(pcm).toString('base64') : undefined,
      bytes: isReady ? undefined : bytes,
    }
  })
}
