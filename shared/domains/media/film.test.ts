import sharp from 'sharp'
import { expect, test } from 'vitest'
import { movie } from '#test/harness/media-samples.ts'
import { bytesFile } from './file.ts'
import { inspectFilm } from './film.ts'

const drawn = async (thumbnail: string | undefined) => {
  const { format, width, height } = await sharp(Buffer.from(thumbnail ?? '', 'base64')).metadata()
  return { format, width, height }
}

test('a film has size, length and a picture of its beginning', async () => {
  const { thumbnail, ...facts } = await inspectFilm(bytesFile(await movie({ seconds: 4 })))
  expect(facts).toEqual({ width: 320, height: 180, seconds: 4 })
  expect(await drawn(thumbnail)).toEqual({ format: 'jpeg', width: 96, height: 54 })
})

test('an upright film is upright, and so is its picture', async () => {
  const { thumbnail, ...facts } = await inspectFilm(bytesFile(await movie({ upright: true })))
  expect(facts).toEqual({ width: 180, height: 320, seconds: 2 })
  expect(await drawn(thumbnail)).toEqual({ format: 'jpeg', width: 54, height: 96 })
})

test('only parts of a large film are read', async () => {
  const film = await movie({})
  const padded = Buffer.concat([film, Buffer.from([0x02, 0, 0, 8]), Buffer.from('free'), Buffer.alloc(0x02000000)])
  let bytesRead = 0
  const read = async (from: number, length: number): Promise<Buffer> => {
    const part = padded.subarray(from, from + length)
    bytesRead += part.length
    return part
  }
  const facts = await inspectFilm({ sizeBytes: padded.length, read })
  expect(facts.thumbnail).toBeDefined()
  expect(bytesRead).toBeLessThan(4 * 1024 * 1024)
})

test('a picture that the caller brings is taken; a film that phones do not play is refused', async () => {
  expect((await inspectFilm(bytesFile(await movie({})), 'mine')).thumbnail).toBe('mine')
  const old = await movie({ codec: ['-c:v', 'mpeg4', '-c:a', 'aac'] })
  await expect(inspectFilm(bytesFile(old))).rejects.toMatchObject({ code: 'media_invalid', message: /H\.264.*mp4v/ })
})
