import { expect, test } from 'vitest'
import { sound } from '#test/harness/media-samples.ts'
import { bytesFile } from './file.ts'
import { detectType, HEAD_BYTES } from './inspect.ts'
import { prepareSound, VOICE_TYPE, waveformOf } from './sound.ts'

const prepare = async (bytes: Buffer, isVoice: boolean) => {
  const prepared = await prepareSound(bytesFile(bytes), await detectType(bytes.subarray(0, HEAD_BYTES)), isVoice)
  return { ...prepared, converted: prepared.bytes !== undefined }
}

test.each(['stereo.ogg', 'vorbis.ogg', 'mp3', 'aac', 'm4a', 'wav', 'flac', 'webm'] as const)(
  'a voice note is made of %s: mono Opus with length and waveform',
  async (kind) => {
    const made = await prepare(await sound(kind), true)
    expect(made).toMatchObject({ mimeType: VOICE_TYPE, seconds: 3, converted: true })
    const bars = Buffer.from(made.waveform ?? '', 'base64')
    expect(bars).toHaveLength(64)
    expect(Math.max(...bars)).toBe(100)
    // What was made is what a voice note has to be: it is taken as it is.
    expect(await prepare(made.bytes as Buffer, true)).toMatchObject({ seconds: 3, converted: false })
  },
)

test('what is a voice note already stays as it is', async () => {
  expect(await prepare(await sound('opus.ogg', 5), true)).toMatchObject({
    mimeType: VOICE_TYPE,
    seconds: 5,
    converted: false,
    waveform: expect.any(String),
  })
})

test.each([
  ['opus.ogg', VOICE_TYPE, false],
  ['mp3', 'audio/mpeg', false],
  ['aac', 'audio/aac', false],
  ['m4a', 'audio/mp4', false],
  ['wav', 'audio/mp4', true],
  ['flac', 'audio/mp4', true],
  ['vorbis.ogg', 'audio/mp4', true],
] as const)('other audio of %s is sent as %s', async (kind, mimeType, converted) => {
  const made = await prepare(await sound(kind), false)
  expect(made).toMatchObject({ mimeType, converted })
  expect(made.waveform).toBeUndefined()
  expect(Math.abs(made.seconds - 3)).toBeLessThanOrEqual(1)
})

test.each([
  ['words', Buffer.from('no sound at all')],
  [
    'an Ogg page without sound',
    Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(200)]),
  ],
  ['an MP3 header and nothing after it', Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(500)])],
])('%s is no audio', async (_what, bytes) => {
  await expect(prepare(bytes, true)).rejects.toMatchObject({ code: 'media_invalid' })
})

test("a store that fails is not the file's fault", async () => {
  const bytes = await sound('mp3')
  const read = () => Promise.reject(new Error('the store is gone'))
  const broken = prepareSound({ sizeBytes: bytes.length, read }, 'audio/mpeg', true)
  await expect(broken).rejects.toThrow('the store is gone')
})

test('the waveform shows where it is loud; silence is flat', () => {
  const pcm = Buffer.alloc(64 * 200)
  for (let at = 64 * 100; at < pcm.length; at += 2) pcm.writeInt16LE(at % 4 === 0 ? 8000 : -8000, at)
  const bars = waveformOf(pcm)
  expect([...bars.subarray(0, 32)]).toEqual(Array(32).fill(0))
  expect([...bars.subarray(32)]).toEqual(Array(32).fill(100))
  expect([...waveformOf(Buffer.alloc(20))]).toEqual(Array(64).fill(0))
})
