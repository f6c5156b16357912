import { setTimeout as delay } from 'node:timers/promises'
import { proto } from '@whiskeysockets/baileys'
import type { Dispatcher } from 'undici'
import type { Message } from '#domains/messages/model.ts'
import { normaliseMessage } from '#domains/messages/normalise.ts'
import type { MediaSource } from '#domains/messages/normalise-media.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { Gone } from './media-host.ts'

/**
 * One download: the stored message, where its file lies, the connection to ask the sender's phone through, and the way to the media
 * hosts (a device may have a proxy).
 */
export type MediaJob = {
  message: Message
  source: MediaSource
  socket: () => LiveSocket | undefined
  dispatcher: Dispatcher | undefined
}

const REUPLOAD_WAIT_MS = 30_000

/** The connection ended while the phone was to be asked: the next connection of the device takes the download up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Asks the sender's phone to upload the file again; gives its new place. Throws `Gone` and `Interrupted`. */
export const askAgain = async (job: MediaJob): Promise<MediaSource> => {
  // A phone cannot put the file of a channel up again.
  if (!job.message.proto || job.message.chat.endsWith('@newsletter')) {
    throw new Gone('the media is gone and nobody can be asked')
  }
  const socket = job.socket()
  if (!socket) throw new Interrupted('the connection to ask through is gone')
  const { chat, messageId, direction, participant } = job.message
  const message = proto.Message.decode(job.message.proto)
  const key = { remoteJid: chat, id: messageId, fromMe: direction === 'out', participant }
  const late = delay(REUPLOAD_WAIT_MS, undefined, { ref: false }).then((): { message?: undefined } => ({}))
  const renewed = await Promise.race([socket.updateMediaMessage({ key, message }), late]).catch((cause: unknown) => {
    // A phone's refusal comes with its data; all else is the connection's.
    if ((cause as { data?: unknown } | null)?.data) throw new Gone('the phone has the media no more', { cause })
    throw new Interrupted('the phone could not be asked', { cause })
  })
  const media = renewed.message && normaliseMessage(renewed.message)?.media
  if (!media) throw new Gone('the phone did not upload the media again')
  // The host that served the message before serves the new upload too.
  return { ...media, url: job.source.url ?? media.url }
}
