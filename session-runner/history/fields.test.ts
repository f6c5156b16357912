import { proto } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { type Field, fieldsArriving, fieldsOf } from './fields.ts'

const sample = proto.HistorySync.encode({
  syncType: proto.HistorySync.HistorySyncType.FULL,
  progress: 300,
  conversations: [
    { id: '15550001111@s.whatsapp.net', name: 'First', messages: [{ msgOrderId: 2 ** 40 }] },
    { id: '2@g.us', displayName: 'x'.repeat(3000) },
  ],
  pushnames: [{ id: 'a', pushname: 'b' }],
  threadDsTimeframeOffset: 7,
}).finish()

const LIMIT = 1 << 20

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const gathered = async (pieces: AsyncIterable<Uint8Array>, limit = LIMIT): Promise<[number, unknown][]> => {
  const found: [number, unknown][] = []
  for await (const field of fieldsArriving(pieces, limit)) found.push(plain(field))
  return found
}

const plain = ({ number, value }: Field): [number, unknown] => [
  number,
  typeof value === 'number' ? value : Buffer.from(value).toString('hex'),
]

test('fields come in their order, with numbers and bytes as the encoder wrote them', () => {
  const fields = [...fieldsOf(sample)]
  const conversations = fields
    .filter(({ number }) => number === 2)
    .map(({ value }) => proto.Conversation.decode(value as Uint8Array))
  expect(conversations.map(({ id }) => id)).toEqual(['15550001111@s.whatsapp.net', '2@g.us'])
  expect(Number(conversations[0]?.messages?.[0]?.msgOrderId)).toBe(2 ** 40)
  expect(fields.find(({ number }) => number === 6)?.value).toBe(300)
  expect(fields.map(({ start }) => start)).toEqual([0, ...fields.slice(0, -1).map(({ end }) => end)])
})

test.each([1, 2, 3, 7, 64, 1000, 100_000])('fields that arrive in pieces of %i bytes are the same', async (length) => {
  expect(await gathered(inPieces(sample, length))).toEqual([...fieldsOf(sample)].map(plain))
})

test('bytes that end early, are no protobuf, or hold too large a field are refused', async () => {
  await expect(gathered(inPieces(sample.subarray(0, -1), 50))).rejects.toThrow(/ends inside/)
  await expect(gathered(inPieces(Buffer.of(0x00, 0x01), 50))).rejects.toThrow(/without a number/)
  await expect(gathered(inPieces(Buffer.of(0x0b, 0x01), 50))).rejects.toThrow(/wire type 3/)
  await expect(gathered(inPieces(sample, 50), 1000)).rejects.toThrow(/too large/)
})
