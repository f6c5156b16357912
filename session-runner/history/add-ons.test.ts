import { proto } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { addOnsOf, revokedIn } from './add-ons.ts'
import { readEntry } from './message.ts'

const SECOND = 1_900_000_000
const SECRET = Buffer.alloc(32, 3)
const chat = '15550001111@s.whatsapp.net'

const packed = (info: proto.IWebMessageInfo): Uint8Array =>
  proto.HistorySyncMsg.encode(proto.HistorySyncMsg.fromObject({ message: info })).finish()

/** An entry as it is read from the bytes of the history. */
const read = (info: proto.IWebMessageInfo) => {
  const key = { remoteJid: chat, fromMe: false, id: 'T', ...info.key }
  const entry = readEntry(packed({ messageTimestamp: SECOND, ...info, key }))
  if (!entry) throw new Error('no entry')
  return entry
}

const personOf = async (participant: string | undefined) => (participant ? { lid: participant } : {})

test.each([
  ['an id of its own', 'E'],
  ['the id of the message', 'T'],
])('an edit with %s stands for its message, in the newest words', (_what, id) => {
  const edit = {
    key: { id: 'T' },
    type: 14,
    editedMessage: { conversation: 'second' },
    timestampMs: SECOND * 1000 + 5000,
  }
  const entry = read({ key: { id }, message: { editedMessage: { message: { protocolMessage: edit } } } })
  if (!('content' in entry)) throw new Error('no content')
  expect(entry.info.key?.id).toBe('T')
  expect(entry.edit).toEqual({ id, atMs: SECOND * 1000 + 5000 })
  expect(proto.Message.decode(entry.content).conversation).toBe('second')
})

test('a secret beside the content is kept with it, unless that has one', () => {
  const poll = { name: 'When?', options: [{ optionName: 'Mo' }] }
  const secretOf = (info: proto.IWebMessageInfo) => {
    const entry = read(info)
    const { messageContextInfo } = 'content' in entry ? proto.Message.decode(entry.content) : {}
    return messageContextInfo?.messageSecret ? Buffer.from(messageContextInfo.messageSecret).toString('hex') : undefined
  }
  const message = { pollCreationMessageV3: poll }
  expect(secretOf({ message })).toBeUndefined()
  expect(secretOf({ message, messageSecret: SECRET })).toBe(SECRET.toString('hex'))
  const inside = { ...message, messageContextInfo: { messageSecret: Buffer.alloc(32, 9) } }
  expect(secretOf({ message: inside, messageSecret: SECRET })).toBe(Buffer.alloc(32, 9).toString('hex'))
})

test('what was said of a message has who said it, to the second; of nobody nothing is taken', async () => {
  const key = (participant?: string) => ({ remoteJid: '1@g.us', id: participant && `of ${participant}`, participant })
  const { info } = read({
    message: { conversation: 'liked' },
    reactions: [
      { key: key('1@lid'), text: '👍', senderTimestampMs: SECOND * 1000 + 7654 },
      { key: key(), text: '😱', senderTimestampMs: SECOND * 1000 },
      { key: { ...key(), fromMe: true }, text: '🙏' },
    ],
  })
  expect(await addOnsOf(info, personOf)).toMatchObject([
    { messageId: 'of 1@lid', text: '👍', by: { lid: '1@lid' }, fromMe: false, atMs: SECOND * 1000 + 7000 },
    { text: '🙏', fromMe: true, atMs: SECOND * 1000, payload: { targetId: 'T' } },
  ])
})

test('of what has no content only that it was deleted is taken', () => {
  const { REVOKE, GROUP_PARTICIPANT_ADD } = proto.WebMessageInfo.StubType
  const noted = (messageStubType: proto.WebMessageInfo.StubType) => revokedIn(read({ messageStubType }).info)
  expect(noted(GROUP_PARTICIPANT_ADD)).toBeUndefined()
  expect(noted(REVOKE)).toMatchObject({ kind: 'revoke', payload: { targetId: 'T' }, atMs: SECOND * 1000 })
})
