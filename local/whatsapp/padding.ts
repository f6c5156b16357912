import { proto } from '@whiskeysockets/baileys'
import { random } from './crypto.ts'

/** Encoded message with one to sixteen padding bytes, each equal to their number. */
export function padMessage(message: proto.IMessage): Buffer {
  const pad = (random(1).readUInt8() & 15) + 1
  return Buffer.concat([proto.Message.encode(message).finish(), Buffer.alloc(pad, pad)])
}

/** Takes the padding off and decodes. */
export function unpadMessage(plaintext: Buffer): proto.Message {
  const pad = plaintext[plaintext.length - 1] ?? 0
  return proto.Message.decode(plaintext.subarray(0, plaintext.length - pad))
}
