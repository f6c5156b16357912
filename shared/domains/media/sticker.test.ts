import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { prepareSticker } from './sticker.ts'
import { exifOf } from './webp.ts'

const KIB = 1024
const plain = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#936' } })

/** Frames of one colour each, or of noise that hardly shrinks. */
const moving = (side: number, frames: number, noise = false) => {
  const bytes = noise ? randomBytes(side * side * 3 * frames) : Buffer.alloc(side * side * 3 * frames)
  if (!noise) for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(at / (side * side * 3)) * 40
  return sharp(bytes, { raw: { width: side, height: side * frames, channels: 3, pageHeight: side } })
}

const packOf = (webp: Buffer): unknown => JSON.parse((exifOf(webp) ?? Buffer.alloc(0)).subarray(22).toString())

test.each(['png', 'jpeg', 'gif', 'webp'] as const)('a %s becomes a WebP of 512 by 512 pixels', async (format) => {
  const { bytes, preview, ...facts } = await prepareSticker(await plain(100).toFormat(format).toBuffer())
  expect(facts).toEqual({ width: 512, height: 512, animated: false })
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 512, height: 512 })
  expect(await sharp(Buffer.from(preview, 'base64')).metadata()).toMatchObject({ format: 'png', width: 96 })
})

test.each(['gif', 'webp'] as const)('a %s that moves is a sticker that moves', async (format) => {
  const { bytes, animated } = await prepareSticker(await moving(64, 5).toFormat(format).toBuffer())
  expect(animated).toBe(true)
  expect(await sharp(bytes).metadata()).toMatchObject({ pages: 5, width: 512, height: 512, loop: 0 })
})

test.each([
  ['lossy', { quality: 80 }],
  ['lossless', { lossless: true }],
])('the pack is written into a plain %s file, which stays readable', async (_what, options) => {
  const webp = await plain(512).webp(options).toBuffer()
  const { bytes } = await prepareSticker(webp, { id: 'p', name: 'Näme', publisher: 'Me', emojis: ['🎉'] })
  expect(packOf(bytes)).toEqual({
    'sticker-pack-id': 'p',
    'sticker-pack-name': 'Näme',
    'sticker-pack-publisher': 'Me',
    emojis: ['🎉'],
  })
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
  const [before, after] = await Promise.all([webp, bytes].map((file) => sharp(file).raw().toBuffer()))
  expect(after?.equals(before as Buffer)).toBe(true)
  // Said again, and said otherwise.
  expect(packOf((await prepareSticker(bytes)).bytes)).toMatchObject({ 'sticker-pack-name': 'Näme' })
  expect(packOf((await prepareSticker(bytes, { name: 'Other' })).bytes)).toEqual({ 'sticker-pack-name': 'Other' })
})

test('a sticker of another size keeps its pack', async () => {
  const one = (await prepareSticker(await plain(512).webp().toBuffer(), { name: 'Kept' })).bytes
  const small = await sharp(one).resize(300, 300).webp().withMetadata().toBuffer()
  expect(exifOf((await prepareSticker(small)).bytes)).toEqual(exifOf(small))
})

test('a large picture is made small enough, and one that cannot be is refused', async () => {
  const noise = await sharp(randomBytes(700 * 700 * 3), { raw: { width: 700, height: 700, channels: 3 } })
    .png()
    .toBuffer()
  expect((await prepareSticker(noise)).bytes.length).toBeLessThan(200 * KIB)
  const film = await moving(400, 16, true).webp({ quality: 60, effort: 0 }).toBuffer()
  await expect(prepareSticker(film)).rejects.toMatchObject({ code: 'payload_too_large', message: /1 MB/ })
  await expect(prepareSticker(Buffer.alloc(5 * KIB * KIB + 1))).rejects.toMatchObject({ code: 'payload_too_large' })
  await expect(prepareSticker(Buffer.from('words'))).rejects.toMatchObject({ code: 'media_invalid' })
  const cut = (await plain(100).png().toBuffer()).subarray(0, 60)
  await expect(prepareSticker(cut)).rejects.toMatchObject({ code: 'media_invalid' })
}, 60_000)
