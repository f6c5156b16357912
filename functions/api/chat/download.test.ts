import { randomBytes } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WorkOf } from '#domains/commands/model.ts'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'

const KINDS = ['image', 'video', 'document', 'audio', 'sticker'] as const
const SECRET = Buffer.alloc(32, 1).toString('base64')

let world: ApiWorld
let device: ApiDevice
let file: Buffer = Buffer.alloc(0)
let asked: WorkOf<'chat.download'>[] = []

beforeAll(async () => {
  world = await apiWorld()
  device = await world.onlineDevice(await world.tenant())
  world.runner.onQuery('chat.download', async ({ work }) => {
    if (work.type !== 'chat.download') return {}
    asked.push(work)
    const { s3, buckets } = world.ctx.stores
    await s3.send(new PutObjectCommand({ Bucket: buckets.media, Key: work.key, Body: file }))
    return { sizeBytes: file.length }
  })
})
afterAll(() => world?.close())

const download = (kind: string, more: Record<string, unknown> = {}) =>
  world.call('POST', `/chat/download${kind}`, {
    headers: device.headers,
    body: {
      Url: 'https://mmg.whatsapp.net/v/t62/file.enc',
      DirectPath: '/v/t62/file.enc',
      MediaKey: SECRET,
      Mimetype: 'audio/ogg; codecs=opus',
      FileEncSHA256: SECRET,
      FileSHA256: SECRET,
      FileLength: file.length,
      ...more,
    },
  })

const isKept = async (key: string): Promise<boolean> => {
  const { s3, buckets } = world.ctx.stores
  const found = await s3.send(new GetObjectCommand({ Bucket: buckets.media, Key: key })).catch(() => undefined)
  return found !== undefined
}

test.each(KINDS)('%s: the file comes as a data URL and is not kept', async (kind) => {
  file = randomBytes(5000)
  asked = []
  const answer = await download(kind)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toEqual({
    code: 200,
    success: true,
    data: {
      Data: `data:audio/ogg; codecs=opus;base64,${file.toString('base64')}`,
      Mimetype: 'audio/ogg; codecs=opus',
    },
  })
  expect(asked).toMatchObject([{ media: kind, url: 'https://mmg.whatsapp.net/v/t62/file.enc', mediaKey: SECRET }])
  expect(await isKept(asked[0]?.key ?? '')).toBe(false)
})

test('a large file lies at another address, as the same JSON', async () => {
  file = randomBytes(6 * 1024 * 1024 + 1)
  asked = []
  const answer = await download('video', { Mimetype: 'video/mp4' })
  expect([answer.status, answer.text]).toEqual([303, ''])
  const there = await fetch(answer.headers.location ?? '')
  expect(there.headers.get('content-type')).toBe('application/json')
  expect(await there.json()).toEqual({
    code: 200,
    success: true,
    data: { Data: `data:video/mp4;base64,${file.toString('base64')}`, Mimetype: 'video/mp4' },
  })
  expect(await isKept(asked[0]?.key ?? '')).toBe(false)
})

test.each([
  ['Url', ''],
  ['MediaKey', 'c2hvcnQ='],
  ['MediaKey', 'not base64!'],
  ['FileSHA256', undefined],
  ['FileEncSHA256', 'c2hvcnQ='],
  ['Mimetype', 'nothing'],
  ['FileLength', 0],
  ['FileLength', 1.5],
])('%s %j is refused', async (field, value) => {
  asked = []
  const answer = await download('image', { [field]: value })
  expect(answer.status).toBe(400)
  expect(answer.text).toContain(field)
  expect(asked).toEqual([])
})

test('a file that is too large is not fetched', async () => {
  asked = []
  expect((await download('document', { FileLength: 65 * 1024 * 1024 })).status).toBe(413)
  expect(asked).toEqual([])
})
