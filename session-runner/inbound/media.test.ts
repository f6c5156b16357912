import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { proto } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Message, messageKey } from '#domains/messages/model.ts'
import type { MediaSource } from '#domains/messages/normalise-media.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { sealMedia } from '#local/whatsapp/media-crypto.ts'
import { plainHttpDispatcher } from '#local/whatsapp/plain-http.ts'
import { waitFor } from '#test/harness/wait.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { makeMetrics } from '../metrics.ts'
import { type Emulators, startEmulators } from '../testing/emulators.ts'
import { makeMediaFetcher } from './media.ts'
import type { MediaLimits } from './media-transfer.ts'

const LIMITS: MediaLimits = { bytes: 200_000, baseMs: 20_000, perMbMs: 0 }
const CHAT = '15552223333@s.whatsapp.net'

let emulators: Emulators
let tables: Awaited<ReturnType<Emulators['tables']>>
let ctx: Context
const answers = new Map<string, (response: ServerResponse) => void>()
const server = createServer((request, response) => {
  const answer = answers.get(request.url ?? '')
  if (answer) answer(response)
  else response.writeHead(404).end()
})

beforeAll(async () => {
  emulators = await startEmulators()
  tables = await emulators.tables()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  ctx = { clock: systemClock, log, main: tables.main }
}, 60_000)

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await emulators?.close()
}, 60_000)

let count = 0

/** A stored message with a file of so many bytes, which lies at `path` unless another answer is given. */
const given = async (sizeBytes: number, more: Partial<MediaSource> = {}) => {
  count += 1
  const messageId = `M${count}`
  const path = `/v/${count}`
  const plain = Buffer.alloc(sizeBytes, count)
  const { file, mediaKey, fileSha256 } = sealMedia(plain, 'Document')
  answers.set(path, (response) => response.writeHead(200).end(file))
  const source: MediaSource = { type: 'document', mediaKey, fileSha256, directPath: path, ...more }
  const content = { documentMessage: { mediaKey, fileSha256, directPath: path } }
  const message: Message = {
    tenantId: 't',
    deviceId: 'd',
    conversationId: 1,
    messageId,
    direction: 'in',
    kind: 'document',
    status: 'received',
    rank: 1,
    chat: CHAT,
    isGroup: false,
    source: 'contact',
    at: `${count}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    media: { state: 'pending' },
    proto: proto.Message.encode(content).finish(),
  }
  await tables.main.put({ ...messageKey('t', 1, messageId), ...message })
  return { message, source, path, file, content }
}

type Given = Awaited<ReturnType<typeof given>>

const fetched = async (
  { message, source }: Given,
  { limits = LIMITS, socket }: { limits?: MediaLimits; socket?: Partial<LiveSocket> } = {},
) => {
  const { session } = tables
  const { s3, bucket } = emulators
  const metrics = makeMetrics('test')
  let begun = false
  const isMediaHost = (): boolean => {
    begun = true
    return true
  }
  const fetcher = makeMediaFetcher({ ctx, session, s3, bucket, metrics, isMediaHost, limits })
  const { port } = server.address() as AddressInfo
  const dispatcher = plainHttpDispatcher(`ws://127.0.0.1:${port}`)
  fetcher.fetch({ message, source, socket: () => socket as LiveSocket | undefined, dispatcher })
  const current = () => tables.main.get<Message>(messageKey('t', 1, message.messageId))
  await waitFor('the download to end', async () => {
    const isOver = (await current())?.media?.state !== 'pending'
    return (begun || isOver) && fetcher.busy() === 0
  })
  const { media } = (await current()) ?? {}
  const key = `inbound/t/1/${message.messageId}`
  const object = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined)
  const parts = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const marker = await session.get({ pk: 'MP#d', sk: `1#${message.messageId}` })
  return { media, object, unfinished: parts.Uploads?.length ?? 0, waits: marker !== undefined }
}

test('a file is fetched, opened and stored', async () => {
  expect(await fetched(await given(150_000))).toMatchObject({
    media: { state: 'ready', sizeBytes: 150_000 },
    object: { ContentLength: 150_000 },
    waits: false,
  })
})

test.each([
  ['as its sender says', 1_000, 300_000],
  ['though its sender says otherwise', 300_000, 10],
])('a file that is too large is not taken, %s', async (_how, sizeBytes, said) => {
  const outcome = await fetched(await given(sizeBytes, { sizeBytes: said }))
  expect(outcome).toMatchObject({ media: { state: 'failed', error: expect.stringMatching(/larger/) }, unfinished: 0 })
  expect(outcome.object).toBeUndefined()
})

test('a file that trickles in ends at the deadline, however long the host goes on', async () => {
  const file = await given(100_000)
  answers.set(file.path, (response) => {
    response.writeHead(200)
    let at = 0
    const timer = setInterval(() => {
      response.write(file.file.subarray(at, at + 100))
      at += 100
    }, 20)
    response.on('close', () => clearInterval(timer))
  })
  const began = Date.now()
  const outcome = await fetched(file, { limits: { ...LIMITS, baseMs: 600 } })
  expect(outcome.media).toMatchObject({ state: 'failed', error: expect.stringMatching(/in time/) })
  expect(outcome.object).toBeUndefined()
  expect(Date.now() - began).toBeLessThan(5_000)
})

test.each([403, 404, 410])('a file that the host answers with %i for is asked for at the phone', async (status) => {
  const file = await given(5_000)
  answers.set(file.path, (response) => response.writeHead(status).end())
  answers.set('/v/again', (response) => response.writeHead(200).end(file.file))
  const updateMediaMessage: LiveSocket['updateMediaMessage'] = async ({ key }) => {
    const message = { documentMessage: { ...file.content.documentMessage, directPath: '/v/again' } }
    return { key, message } as Awaited<ReturnType<LiveSocket['updateMediaMessage']>>
  }
  expect((await fetched(file, { socket: { updateMediaMessage } })).media).toMatchObject({
    state: 'ready',
    sizeBytes: 5_000,
  })
})

test('so is a file that is not the one the message names', async () => {
  const file = await given(5_000)
  const other = sealMedia(Buffer.alloc(5_000, 99), 'Document')
  answers.set(file.path, (response) => response.writeHead(200).end(other.file))
  answers.set('/v/right', (response) => response.writeHead(200).end(file.file))
  const updateMediaMessage: LiveSocket['updateMediaMessage'] = async ({ key }) => {
    const message = { documentMessage: { ...file.content.documentMessage, directPath: '/v/right' } }
    return { key, message } as Awaited<ReturnType<LiveSocket['updateMediaMessage']>>
  }
  expect((await fetched(file, { socket: { updateMediaMessage } })).media).toMatchObject({ state: 'ready' })
  const wrong = await given(5_000, { fileSha256: Buffer.alloc(32, 1) })
  const same: LiveSocket['updateMediaMessage'] = async ({ key }) =>
    ({
      key,
      message: { documentMessage: { ...wrong.content.documentMessage, fileSha256: Buffer.alloc(32, 1) } },
    }) as Awaited<ReturnType<LiveSocket['updateMediaMessage']>>
  const outcome = await fetched(wrong, { socket: { updateMediaMessage: same } })
  expect(outcome.media).toMatchObject({ state: 'failed', error: expect.stringMatching(/not the one/) })
  expect(outcome.object).toBeUndefined()
})

test('a file that nobody has any more is expired; while nobody can be asked it waits', async () => {
  const refuse: LiveSocket['updateMediaMessage'] = () =>
    Promise.reject(Object.assign(new Error('Failed to re-upload media (2)'), { data: { code: '2' } }))
  const gone = await given(1_000)
  answers.delete(gone.path)
  expect(await fetched(gone, { socket: { updateMediaMessage: refuse } })).toMatchObject({
    media: { state: 'expired' },
    waits: false,
  })
  const broken: LiveSocket['updateMediaMessage'] = () => Promise.reject(new Error('Connection Closed'))
  const later = await given(1_000)
  answers.delete(later.path)
  for (const socket of [undefined, { updateMediaMessage: broken }]) {
    expect(await fetched(later, { socket })).toMatchObject({ media: { state: 'pending' }, waits: true })
  }
})
