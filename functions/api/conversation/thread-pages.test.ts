import { proto } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { failMessage, findMessage } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import { at } from '#test/harness/http.ts'
import { type ThreadRow, useThread } from '#test/harness/thread.ts'
import { waitFor } from '#test/harness/wait.ts'

const thread = useThread()
const { about, arrives, call, messages, send } = thread

const writeThread = async (count: number): Promise<string[]> => {
  const startMs = Date.now() - count * 1000
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const messageId = `T${n}`
    ids.push(messageId)
    await arrives({ messageId, at: threadTime(startMs + n * 1000, messageId), timestamp: isoTime(startMs + n * 1000) })
  }
  return ids
}

const idsOf = (rows: ThreadRow[]): string[] => rows.map(({ wa_message_id }) => wa_message_id)

test('the newest come first page by page, oldest of each page first', async () => {
  const ids = [...(await writeThread(5)), ...idsOf(await messages({ limit: '1' }))]
  const pages: string[][] = []
  let query: Record<string, string> = { limit: '4' }
  for (;;) {
    const answer = await call('GET', '/messages', { query })
    pages.push(idsOf(answer.body as ThreadRow[]))
    const cursor = answer.headers['x-next-cursor']
    if (!cursor) break
    query = { ...query, cursor }
  }
  expect(pages).toEqual([ids.slice(2), ids.slice(0, 2)])
})

test('before a message and after one, in both directions', async () => {
  await writeThread(6)
  expect(idsOf(await messages({ before: 'T3', limit: '2' }))).toEqual(['T1', 'T2'])
  const answer = await call('GET', '/messages', { query: { after: 'T1', limit: '2' } })
  expect(idsOf(answer.body as ThreadRow[])).toEqual(['T2', 'T3'])
  const cursor = answer.headers['x-next-cursor'] ?? ''
  expect(idsOf(await messages({ cursor, limit: '2' }))).toEqual(['T4', 'T5'])
  for (const query of [{ before: 'NOBODY' }, { after: 'NOBODY' }, { before: 'T1', after: 'T1' }] as Record<
    string,
    string
  >[]) {
    const odd = await call('GET', '/messages', { query })
    expect([odd.status, odd.text]).toMatchObject([400, expect.stringContaining(Object.keys(query)[0] ?? '')])
  }
})

test('after a cut everything comes that is new or changed since, also what has an old time', async () => {
  await writeThread(3)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const since = isoTime(Date.now())
  expect(await messages({ after: since })).toEqual([])
  await about('T1', { kind: 'reaction', text: '👍', timestamp: isoTime(Date.now() - 60_000) })
  const hourAgo = Date.now() - 3_600_000
  const late = await arrives({ at: threadTime(hourAgo, 'LATE'), messageId: 'LATE', timestamp: isoTime(hourAgo) })
  const sent = await send({ Body: 'new' })
  const id = String(at(sent.body, 'wa_message_id'))
  expect(idsOf(await messages({ after: since }))).toEqual([late.messageId, 'T1', id])
  const then = isoTime(Date.now() + 1)
  await waitFor('the clock', () => Date.now() > Date.parse(then))
  await failMessage(
    thread.world.ctx,
    { tenantId: thread.tenant.tenantId, conversationId: thread.conversationId, messageId: id },
    { code: 'x', message: 'x' },
  )
  expect(await messages({ after: then })).toMatchObject([{ wa_message_id: id, status: 'failed' }])
})

test('a cursor of one thread is none in another', async () => {
  await writeThread(3)
  const page = await call('GET', '/messages', { query: { limit: '1' } })
  const cursor = page.headers['x-next-cursor'] ?? ''
  thread.conversationId = (await arrives({}, '15552220009@s.whatsapp.net')).conversationId
  const answer = await call('GET', '/messages', { query: { cursor } })
  expect([answer.status, at(answer.body, 'code')]).toEqual([400, 'invalid_cursor'])
})

test('an answer stays below what a function may give, and leads on', async () => {
  const text = '漢'.repeat(60_000)
  for (let n = 0; n < 30; n += 1) await arrives({ text })
  const answer = await call('GET', '/messages')
  expect(Buffer.byteLength(answer.text)).toBeLessThan(5_000_000)
  const rest = await messages({ cursor: answer.headers['x-next-cursor'] ?? '' })
  expect(rest.length + (answer.body as ThreadRow[]).length).toBe(31)
})

test('a stored message keeps who sent it', async () => {
  const sent = await send({ Body: 'x' }, thread.ann.headers)
  const ref = {
    tenantId: thread.tenant.tenantId,
    conversationId: thread.conversationId,
    messageId: String(at(sent.body, 'wa_message_id')),
  }
  expect(await findMessage(thread.world.ctx, ref)).toMatchObject({ userId: thread.ann.id, rank: STATUS_RANK.sent })
})

test('tiny pictures and waveforms come with the rows of those who ask for them', async () => {
  const jpegThumbnail = Buffer.from([0xff, 0xd8, 0xff, 1])
  const encoded = (message: proto.IMessage) => proto.Message.encode(message).finish()
  const media = { state: 'pending' as const, mimeType: 'image/jpeg' }
  await arrives({ kind: 'image', media, proto: encoded({ imageMessage: { jpegThumbnail } }) })
  await arrives({ kind: 'audio', media, proto: encoded({ audioMessage: { waveform: Buffer.from([7, 99]) } }) })
  expect((await messages()).slice(1)).toMatchObject([
    { media: { preview: '', waveform: [] } },
    { media: { preview: '', waveform: [] } },
  ])
  expect((await messages({ previews: 'true' })).slice(1)).toMatchObject([
    { media: { preview: `data:image/jpeg;base64,${jpegThumbnail.toString('base64')}`, waveform: [] } },
    { media: { preview: '', waveform: [7, 99] } },
  ])
})
