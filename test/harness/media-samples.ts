import { withFfmpeg } from '#domains/media/ffmpeg/run.ts'
import { bytesFile } from '#domains/media/file.ts'

const make = async (name: string, args: string[]): Promise<Buffer> =>
  withFfmpeg(bytesFile(Buffer.alloc(0)), 60_000, async (run) => {
    const { code, outputs, log } = await run({ tool: 'ffmpeg', args: ['-v', 'error', ...args, name], outputs: [name] })
    const made = outputs[name]
    if (code !== 0 || !made) throw new Error(`${name}: ${log}`)
    return Buffer.from(made)
  })

const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`]

/** How the sound files of tests are encoded, by the ending of their names. */
const SOUNDS = {
  'opus.ogg': ['-c:a', 'libopus', '-ac', '1'],
  // FFmpeg's own encoder: this build of libopus cannot do two channels.
  'stereo.ogg': ['-strict', '-2', '-c:a', 'opus', '-ac', '2'],
  'vorbis.ogg': ['-c:a', 'libvorbis', '-ac', '2'],
  mp3: ['-c:a', 'libmp3lame'],
  aac: ['-c:a', 'aac', '-f', 'adts'],
  m4a: ['-c:a', 'aac'],
  wav: [],
  flac: [],
  webm: ['-c:a', 'libopus'],
} as const

/** Kinds of sound files. */
export type SoundKind = keyof typeof SOUNDS

/** A real sound file: a tone of so many seconds. */
export const sound = (kind: SoundKind, seconds = 3): Promise<Buffer> =>
  make(`sample.${kind}`, [...tone(seconds), ...SOUNDS[kind]])

/** A real film with sound; `upright` is recorded lying and turned when it is shown, as phones do. */
export const movie = async (options: {
  seconds?: number
  width?: number
  height?: number
  name?: string
  codec?: string[]
  upright?: boolean
}): Promise<Buffer> => {
  const { seconds = 2, width = 320, height = 180, name = 'film.mp4', codec, upright } = options
  const pictures = ['-f', 'lavfi', '-i', `testsrc=size=${width}x${height}:rate=10:duration=${seconds}`]
  const encoded = codec ?? ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  const film = await make(name, [...pictures, ...tone(seconds), ...encoded])
  return upright ? turned(film) : film
}

/** The film with a quarter turn in its first track's header (ISO/IEC 14496-12: the matrix stands 40 bytes after its beginning). */
const turned = (film: Buffer): Buffer => {
  const header = film.indexOf('tkhd') + 4
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
  for (const [at, value] of matrix.entries()) film.writeInt32BE(value, header + 40 + at * 4)
  return film
}
