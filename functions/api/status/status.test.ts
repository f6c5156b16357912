import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { film } from '#test/harness/film.ts'
import { at } from '#test/harness/http.ts'
import { sound } from '#test/harness/media-samples.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
})
beforeEach(() => {
  world.runner.commands.length = 0
  world.runner.onSend(() => 'ack')
})
afterAll(() => world?.close())

const post = (kind: string, body: unknown, more: Record<string, string> = {}, by = device) =>
  world.call('POST', `/status/send/${kind}`, { headers: { ...by.headers, ...more }, body })

test('a text is posted with its colours and font, in the documented form', async () => {
  const answer = await post('text', {
    text: 'Hello World! This is my status update 🌟',
    background_color: '4294967295',
    text_color: '4278190080',
    font: 7,
    id: 'custom-status-id-123',
  })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toEqual({
    message_id: 'custom-status-id-123',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    status: 'sent',
    type: 'text_status',
  })
  expect(world.runner.sends()).toMatchObject([
    {
      to: 'status@broadcast',
      messageId: 'custom-status-id-123',
      content: {
        kind: 'text',
        text: 'Hello World! This is my status update 🌟',
        style: { backgroundArgb: 4_294_967_295, textArgb: 4_278_190_080, font: 7 },
      },
    },
  ])
})

test('an image is posted with its caption', async () => {
  const answer = await post('image', { image: `data:image/png;base64,${PNG}`, caption: 'Beautiful sunset today! 🌅' })
  expect(answer.body).toMatchObject({ status: 'sent', type: 'image_status' })
  expect(world.runner.sends()[0]).toMatchObject({
    to: 'status@broadcast',
    content: { kind: 'image', caption: 'Beautiful sunset today! 🌅', media: { mimeType: 'image/png', width: 1 } },
  })
})

const dataUrl = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`

test('a video is posted when phones can play it', async () => {
  const answer = await post('video', { video: dataUrl('video/mp4', film(['avc1', 'mp4a'])), caption: 'look' })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toMatchObject({ status: 'sent', type: 'video_status' })
  expect(world.runner.sends()[0]).toMatchObject({
    to: 'status@broadcast',
    content: { kind: 'video', caption: 'look', media: { mimeType: 'video/mp4', width: 640, height: 360 } },
  })
  for (const codecs of [['hvc1', 'mp4a'], ['avc1', 'ac-3'], ['mp4a'], []]) {
    const refused = await post('video', { video: dataUrl('video/mp4', film(codecs)) })
    expect(refused.status, codecs.join()).toBe(400)
  }
  expect((await post('video', { video: `data:video/mp4;base64,${PNG}` })).status).toBe(400)
  expect(world.runner.sends()).toHaveLength(1)
})

test('an audio is posted as a voice note or not, as it was asked', async () => {
  const audio = dataUrl('audio/ogg', await sound('opus.ogg'))
  const plain = await post('audio', { audio, caption: 'Listen to this! 🎵' })
  expect(plain.status, plain.text).toBe(200)
  expect(plain.body).toMatchObject({ status: 'sent', type: 'audio_status', ptt: false, caption_shown: false })
  expect((await post('audio', { audio, ptt: true })).body).toMatchObject({ type: 'audio_status', ptt: true })
  expect(world.runner.sends()).toMatchObject([
    { to: 'status@broadcast', content: { kind: 'audio', voice: false } },
    { content: { kind: 'audio', voice: true } },
  ])
  const mp3 = dataUrl('audio/mpeg', await sound('mp3'))
  expect((await post('audio', { audio: mp3 })).status).toBe(200)
  expect((await post('audio', { audio: mp3, ptt: true })).status).toBe(200)
  expect(world.runner.sends().map(({ content }) => 'media' in content && content.media.mimeType)).toEqual([
    ...['audio/ogg; codecs=opus', 'audio/ogg; codecs=opus', 'audio/mpeg', 'audio/ogg; codecs=opus'],
  ])
  expect((await post('audio', { audio: `data:audio/ogg;base64,${PNG}` })).status).toBe(400)
  expect((await post('audio', { audio, ptt: 'yes' })).status).toBe(400)
})

test('the same id with the same content is posted once; with other content it is a conflict', async () => {
  const body = { text: 'once', id: 'STATUS-1' }
  const first = await post('text', body)
  expect((await post('text', body)).body).toEqual(first.body)
  expect((await post('text', { ...body, text: 'other' })).status).toBe(409)
  expect(world.runner.sends()).toHaveLength(1)
})

test('a caller who does not wait gets 202; a refusal is an error', async () => {
  world.runner.onSend(() => 'silence')
  const queued = await post('text', { text: 'later' }, { prefer: 'respond-async' })
  expect([queued.status, at(queued.body, 'status')]).toEqual([202, 'queued'])
  world.runner.onSend(() => ({ refuse: 479 }))
  expect((await post('text', { text: 'x' })).status).toBe(502)
})

test.each([
  ['text', { text: '' }, 'text'],
  ['text', { text: 'x'.repeat(651) }, 'text'],
  ['text', { text: 'x', background_color: '4294967296' }, 'background_color'],
  ['text', { text: 'x', text_color: '#ffffff' }, 'text_color'],
  ['text', { text: 'x', font: 3 }, 'font'],
  ['text', { text: 'x', id: 'a b' }, 'id'],
  ['image', { image: 'not media' }, 'image'],
  ['image', { image: `data:image/png;base64,${PNG}`, caption: 'x'.repeat(1025) }, 'caption'],
])('%s %#: a wrong field is refused', async (kind, body, field) => {
  const answer = await post(kind, body)
  expect(answer.status).toBe(400)
  expect(answer.text).toContain(field)
  expect(world.runner.sends()).toEqual([])
})

test('what is no image is not posted as one', async () => {
  const pdf = Buffer.from('%PDF-1.4 no image').toString('base64')
  expect((await post('image', { image: `data:image/png;base64,${pdf}` })).status).toBe(400)
})

test('a device without a session says so', async () => {
  const never = await world.device(await world.tenant())
  expect((await post('text', { text: 'x' }, {}, never)).body).toEqual({ error: 'no session' })
})
