import { randomBytes } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MessageMedia } from '#domains/messages/model.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  device = await world.onlineDevice(tenant)
})

afterAll(() => world?.close())

/** The path of a message's file, as events name it. */
const received = async (media: MessageMedia | undefined): Promise<string> => {
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  const messageId = `3EB0${randomBytes(6).toString('hex').toUpperCase()}`
  const more = { messageId, kind: 'image', media } as const
  const { conversationId } = await storeMessage(world.ctx, place, '15550002222@s.whatsapp.net', more)
  return `/media/${conversationId}/${messageId}`
}

const get = (path: string, headers: Record<string, string> = device.headers) => world.call('GET', path, { headers })

test('the file of a message is served to those who may read it, whole or in part, and to nobody else', async () => {
  const { s3, buckets } = world.ctx.stores
  const text = 'a note of 24 characters.'
  await s3.send(new PutObjectCommand({ Bucket: buckets.media, Key: 'inbound/note', Body: text }))
  const path = await received({ state: 'ready', key: 'inbound/note', mimeType: 'text/plain', fileName: 'note.txt' })

  const whole = await get(path)
  expect([whole.status, whole.text]).toEqual([200, text])
  expect(whole.headers).toMatchObject({
    'content-type': 'text/plain',
    'content-disposition': "inline; filename*=UTF-8''note.txt",
    'content-length': '24',
  })
  const part = await get(path, { ...device.headers, range: 'bytes=2-5' })
  expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'note', 'bytes 2-5/24'])
  const again = await get(path, { ...device.headers, 'if-none-match': whole.headers.etag ?? '' })
  expect([again.status, again.text]).toEqual([304, ''])
  expect((await get(path, { authorization: tenant.apiKey })).text).toBe(text)

  const sibling = await world.onlineDevice(tenant)
  const stranger = await world.onlineDevice(await world.tenant())
  expect((await get(path, sibling.headers)).status).toBe(404)
  expect((await get(path, stranger.headers)).status).toBe(404)
  expect((await get(path, {})).status).toBe(401)
})

test('a file that is on its way says when to ask again; one that will not come is not found, with the reason', async () => {
  const pending = await get(await received({ state: 'pending' }))
  expect([pending.status, pending.headers['retry-after']]).toEqual([503, '2'])
  const failed = await get(await received({ state: 'failed', error: 'The sender has deleted it.' }))
  expect([failed.status, failed.text]).toEqual([404, expect.stringContaining('The sender has deleted it.')])
  expect((await get(await received(undefined))).status).toBe(404)
  expect((await get('/media/none/3EB0')).status).toBe(404)
})
