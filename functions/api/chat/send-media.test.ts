import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { film } from '#test/harness/film.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { movie, sound } from '#test/harness/media-samples.ts'
import { useServers } from '#test/harness/serve.ts'

const MIB = 1024 * 1024
const FIELD = { image: 'Image', audio: 'Audio', video: 'Video', ptv: 'Video', sticker: 'Sticker', document: 'Document' }
type Kind = keyof typeof FIELD

let world: ApiWorld
let device: ApiDevice
const serve = useServers()
const files = {} as Record<Kind, Buffer>

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
  const png = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#369' } })
    .png()
    .toBuffer()
  const video = await movie({})
  const audio = await sound('mp3')
  Object.assign(files, { image: png, sticker: png, video, ptv: video, audio, document: Buffer.from('%PDF-1.4\n') })
}, 60_000)
beforeEach(() => {
  world.runner.commands.length = 0
  world.runner.onSend(() => 'ack')
})
afterAll(() => world?.close())

const send = (kind: string, body: unknown, headers: Record<string, string> = device.headers): Promise<Invoked> =>
  world.call('POST', `/chat/send/${kind}`, { headers, body })

const dataUrl = (bytes: Buffer, type = 'application/octet-stream') => `data:${type};base64,${bytes.toString('base64')}`

let phones = 0
const Phone = (): string => {
  phones += 1
  return `55219716${String(phones).padStart(5, '0')}`
}

const body = (kind: Kind, file = dataUrl(files[kind]), more: object = {}) => ({
  Phone: Phone(),
  [FIELD[kind]]: file,
  ...(kind === 'document' && { FileName: 'a.pdf' }),
  ...more,
})

const sendOf = (answer: Invoked) => world.runner.sends().find((work) => work.messageId === at(answer.body, 'data.Id'))

/** What the runner was told to send, and the file it will find. */
const sent = async (answer: Invoked) => {
  expect(answer.status, answer.text).toBe(200)
  const content = sendOf(answer)?.content
  if (!content || !('media' in content)) throw new Error('no file was sent')
  const { s3, buckets } = world.ctx.stores
  const object = await s3.send(new GetObjectCommand({ Bucket: buckets.media, Key: content.media.key }))
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  expect(content.media.sizeBytes).toBe(bytes.length)
  return { content, media: content.media, bytes }
}

const stored = async (): Promise<number> => {
  const { s3, buckets } = world.ctx.stores
  return (await s3.send(new ListObjectsV2Command({ Bucket: buckets.media, Prefix: 'outbound/' }))).KeyCount ?? 0
}

describe('every file', () => {
  test.each(Object.keys(FIELD) as Kind[])(
    '%s comes from a data URL and from an address alike',
    async (kind) => {
      const inline = await sent(await send(kind, body(kind)))
      const url = await serve((_request, response) => response.end(files[kind]))
      const fetched = await sent(await send(kind, body(kind, url)))
      expect(fetched.content.kind).toBe(inline.content.kind)
      expect(fetched.bytes.equals(inline.bytes)).toBe(true)
      const { key: _inlineKey, fileName: _inlineName, ...same } = inline.media
      expect(fetched.media).toMatchObject(same)
    },
    30_000,
  )

  test.each(Object.keys(FIELD) as Kind[])('%s is not sent without credential, session or file', async (kind) => {
    expect((await send(kind, body(kind), {})).status).toBe(401)
    expect((await send(kind, body(kind), { token: 'not-a-token-of-anybody' })).status).toBe(401)
    const offline = await world.device(await world.tenant())
    expect((await send(kind, body(kind), offline.headers)).status).toBe(500)
    expect((await send(kind, { Phone: Phone(), FileName: 'a' })).status).toBe(400)
    expect((await send(kind, body(kind, 'not a file'))).status).toBe(400)
    expect((await send(kind, body(kind, dataUrl(Buffer.alloc(0))))).status).toBe(400)
    expect((await send(kind, { ...body(kind), Phone: 'nobody' })).status).toBe(400)
    expect((await send(kind, body(kind, 'http://127.0.0.1:1/x'))).status).toBe(400)
    expect(world.runner.sends()).toHaveLength(0)
  })

  test.each(['image', 'audio', 'video', 'ptv', 'sticker'] as const)('%s is told by its content', async (kind) => {
    const before = await stored()
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end('words'),
    )
    for (const file of [dataUrl(Buffer.from('words'), 'image/png'), url]) {
      const answer = await send(kind, body(kind, file))
      expect([answer.status, at(answer.body, 'success')], answer.text).toEqual([400, false])
    }
    expect(world.runner.sends()).toHaveLength(0)
    expect(await stored()).toBe(before)
  })

  test.each([
    ['image', 5],
    ['sticker', 5],
    ['audio', 16],
    ['video', 100],
    ['document', 100],
  ] as const)(
    '%s has at most %i MB, whether its origin says so or not',
    async (kind, limit) => {
      const before = await stored()
      const says = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': `${limit * MIB + 1}` }).end(files[kind])
      })
      const answer = await send(kind, body(kind, says))
      expect([answer.status, answer.text]).toEqual([413, expect.stringContaining(`${limit} MB`)])
      if (limit > 16) return
      const rest = Buffer.alloc(limit * MIB)
      const silent = await serve(
        (_request, response) => void response.writeHead(200).write(files[kind], () => response.end(rest)),
      )
      expect((await send(kind, body(kind, silent))).status).toBe(413)
      expect(world.runner.sends()).toHaveLength(0)
      expect(await stored()).toBe(before)
    },
    30_000,
  )
})

describe('audio', () => {
  test('is a voice note unless it shall not be one', async () => {
    const voice = await sent(await send('audio', body('audio', undefined, { PTT: true, Presence: 10 })))
    expect(voice.content).toMatchObject({ kind: 'audio', voice: true })
    expect(voice.media).toMatchObject({ mimeType: 'audio/ogg; codecs=opus', seconds: 3, waveform: expect.any(String) })
    expect(voice.bytes.toString('latin1', 0, 4)).toBe('OggS')
    expect((await sent(await send('audio', body('audio')))).content).toMatchObject({ voice: true })
    const plain = await sent(await send('audio', body('audio', undefined, { PTT: false })))
    expect(plain.content).toMatchObject({ kind: 'audio', voice: false, media: { mimeType: 'audio/mpeg', seconds: 3 } })
    expect(plain.bytes.equals(files.audio)).toBe(true)
  }, 30_000)

  test('is heard once, or disappears, not both', async () => {
    const once = await sent(await send('audio', body('audio', undefined, { ViewOnce: true })))
    expect(once.content).toMatchObject({ viewOnce: true })
    const both = await send('audio', body('audio', undefined, { ViewOnce: true, Duration: 86_400 }))
    expect([both.status, at(both.body, 'error')]).toEqual([400, expect.stringContaining('ViewOnce')])
  })

  test('has its caption in a text behind it, once however often the request is repeated', async () => {
    const request = body('audio', undefined, { Caption: 'Voice message caption', Id: 'AUDIO-1', Duration: 86_400 })
    const first = await send('audio', request)
    expect((await send('audio', request)).body).toEqual(first.body)
    await expect.poll(() => world.runner.sends().length).toBe(2)
    const [audio, words] = world.runner.sends()
    expect([audio?.messageId, words?.messageId]).toEqual(['AUDIO-1', expect.stringMatching(/^3EB0[0-9A-F]{18}$/)])
    expect(words).toMatchObject({ to: audio?.to, content: { kind: 'text', text: 'Voice message caption' } })
    expect(words?.context.expirationSeconds).toBe(86_400)
    expect((await send('audio', body('audio', undefined, { Caption: 'x'.repeat(1025) }))).status).toBe(400)
  }, 30_000)

  test('that cannot be read is refused, and so is a film', async () => {
    const broken = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(600)])
    for (const bytes of [broken, files.video])
      expect((await send('audio', body('audio', dataUrl(bytes)))).status).toBe(400)
    expect(world.runner.sends()).toHaveLength(0)
  })
})

describe('video', () => {
  test('is measured, and has the preview the caller brings or one of its own', async () => {
    const own = await sent(
      await send('video', body('video', undefined, { Caption: 'my video', MimeType: 'video/3gpp' })),
    )
    expect(own.content).toMatchObject({ kind: 'video', caption: 'my video' })
    expect(own.media).toMatchObject({ mimeType: 'video/mp4', width: 320, height: 180, seconds: 2 })
    expect(own.media.thumbnail).toMatch(/^\/9j\//)
    const jpeg = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#f00' } })
      .jpeg()
      .toBuffer()
    const brought = await sent(
      await send('video', body('video', undefined, { JPEGThumbnail: jpeg.toString('base64') })),
    )
    const { width, height } = await sharp(Buffer.from(brought.media.thumbnail ?? '', 'base64')).metadata()
    expect({ width, height }).toEqual({ width: 40, height: 40 })
    for (const JPEGThumbnail of ['???', files.image.toString('base64')]) {
      const wrong = await send('video', body('video', undefined, { JPEGThumbnail }))
      expect([wrong.status, at(wrong.body, 'error')]).toEqual([400, expect.stringContaining('JPEGThumbnail')])
    }
  }, 30_000)

  test('takes the small spellings of the document, also as a note', async () => {
    const file = dataUrl(files.video)
    const once = await sent(
      await send('video', { phone: Phone(), video: file, caption: 'c', id: 'vid-1', view_once: true }),
    )
    expect(once.content).toMatchObject({ kind: 'video', caption: 'c', viewOnce: true })
    // Only images and audio are documented to be one or the other.
    const both = await send('video', { phone: Phone(), video: file, view_once: true, duration: 86_400 })
    expect(sendOf(both)).toMatchObject({ content: { viewOnce: true }, context: { expirationSeconds: 86_400 } })
    const note = await sent(await send('ptv', { phone: Phone(), video: file }))
    expect(note.content).toMatchObject({ kind: 'video', round: true })
  }, 30_000)

  test.each(['video', 'ptv'] as const)('%s that phones do not play is refused and not kept', async (kind) => {
    const before = await stored()
    for (const codecs of [['hvc1', 'mp4a'], ['avc1', 'ac-3'], ['mp4a']]) {
      const url = await serve((_request, response) => response.end(film(codecs)))
      const answer = await send(kind, body(kind, url))
      expect([answer.status, at(answer.body, 'error')]).toEqual([400, expect.stringContaining('H.264')])
    }
    expect(await stored()).toBe(before)
  })
})

describe('sticker', () => {
  test('is a WebP of its size with the pack that was named', async () => {
    const pack = { PackId: 'p1', PackName: 'Shop', PackPublisher: 'Me', EmojiTags: ['🎉'] }
    const { media, bytes } = await sent(await send('sticker', body('sticker', undefined, pack)))
    expect(media).toMatchObject({ mimeType: 'image/webp', width: 512, height: 512, animated: false })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 512, height: 512, hasAlpha: true })
    for (const text of ['"sticker-pack-id":"p1"', '"sticker-pack-name":"Shop"', '"emojis":["🎉"]']) {
      expect(bytes.includes(text), text).toBe(true)
    }
  })

  test('that is one already stays as it is; a preview is PNG', async () => {
    const one = (await sent(await send('sticker', body('sticker')))).bytes
    const PngThumbnail = files.image.toString('base64')
    const again = await sent(
      await send('sticker', body('sticker', dataUrl(one), { PngThumbnail, MimeType: 'image/webp' })),
    )
    expect(again.bytes.equals(one)).toBe(true)
    expect(Buffer.from(again.media.thumbnail ?? '', 'base64').toString('latin1', 1, 4)).toBe('PNG')
    const wrong = await send('sticker', body('sticker', undefined, { PngThumbnail: '/9j/' }))
    expect([wrong.status, at(wrong.body, 'error')]).toEqual([400, expect.stringContaining('PngThumbnail')])
  })
})

describe('document', () => {
  test.each([
    [{ MimeType: 'text/x-own' }, 'application/pdf', 'text/x-own'],
    [{}, 'application/pdf', 'application/pdf'],
    [{}, 'application/octet-stream', 'application/pdf'],
    [
      { FileName: 'sheet.xlsx' },
      'application/zip',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
  ])('%o from a place that says %s is %s', async (more, declared, mimeType) => {
    const { media } = await sent(await send('document', body('document', dataUrl(files.document, declared), more)))
    expect(media).toMatchObject({ mimeType, fileName: 'a.pdf', ...('FileName' in more && { fileName: more.FileName }) })
  })

  test('has a name and a true type', async () => {
    for (const more of [{ FileName: '' }, { MimeType: 'pdf' }, { Caption: 'x'.repeat(1025) }]) {
      expect((await send('document', body('document', undefined, more))).status).toBe(400)
    }
  })
})
