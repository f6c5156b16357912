import { createCipheriv, createHash, hkdfSync } from 'node:crypto'
import { proto } from '@whiskeysockets/baileys'

/** What somebody says about a message that carries a secret: a vote, an answer to an invitation, or other words. */
export type Said = { vote: string[] } | { response: number } | { edit: string }

const sha256 = (words: string): Buffer => createHash('sha256').update(words).digest()

const seal = (id: string, secret: Buffer, by: { author: string; sender: string }, use: string, plain: Uint8Array) => {
  const key = hkdfSync('sha256', secret, Buffer.alloc(32), `${id}${by.author}${by.sender}${use}`, 32)
  const encIv = sha256(`${id}${use}${Buffer.from(plain).toString('hex')}`).subarray(0, 12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), encIv)
  if (use !== 'Message Edit') cipher.setAAD(Buffer.from(`${id}\0${by.sender}`))
  return { encIv, encPayload: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) }
}

/** A message that is encrypted with the secret of the message `id`, as a phone would send it. */
export const sealedFor = (
  id: string,
  secret: Buffer,
  by: { author: string; sender: string },
  said: Said,
): proto.IMessage => {
  const key = { id, remoteJid: by.author, fromMe: by.author === by.sender }
  if ('vote' in said) {
    const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: said.vote.map(sha256) }).finish()
    return { pollUpdateMessage: { pollCreationMessageKey: key, vote: seal(id, secret, by, 'Poll Vote', plain) } }
  }
  if ('response' in said) {
    const plain = proto.Message.EventResponseMessage.encode({ response: said.response }).finish()
    return {
      encEventResponseMessage: { eventCreationMessageKey: key, ...seal(id, secret, by, 'Event Response', plain) },
    }
  }
  const plain = proto.Message.encode({ conversation: said.edit }).finish()
  const { MESSAGE_EDIT } = proto.Message.SecretEncryptedMessage.SecretEncType
  const sealed = seal(id, secret, by, 'Message Edit', plain)
  return { secretEncryptedMessage: { targetMessageKey: key, ...sealed, secretEncType: MESSAGE_EDIT } }
}
