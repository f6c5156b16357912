import { proto } from '@whiskeysockets/baileys'
import type { Device } from './companion.ts'
import { mediaOf } from './content.ts'
import { hkdf, random, sealGcm } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childOf, node } from './nodes.ts'
import { persistMessage } from './persist.ts'
import { deliver } from './queue.ts'
import type { World } from './world.ts'

const NOT_FOUND = 2

/** Uploads the file of a message once more; gives its new path, or nothing when the phone lacks it. */
async function uploadAgain(world: World, phone: Phone, id: string) {
  const stored = phone.messages.get(id)
  if (!stored) return undefined
  const message = proto.Message.decode(stored.proto)
  const media = mediaOf(message)?.media
  const file = media?.directPath ? await world.media.get(media.directPath) : undefined
  if (!media?.mediaKey || !file) return undefined
  media.directPath = world.media.put(file)
  stored.proto = proto.Message.encode(message).finish()
  persistMessage(world, phone, id)
  return { directPath: media.directPath, mediaKey: media.mediaKey }
}

function answerContent(id: string, again: { directPath: string; mediaKey: Uint8Array } | undefined): BinaryNode {
  if (!again) return node('error', { code: NOT_FOUND })
  const result = proto.MediaRetryNotification.ResultType.SUCCESS
  const answer = proto.MediaRetryNotification.encode({ stanzaId: id, directPath: again.directPath, result }).finish()
  const iv = random(12)
  const key = hkdf(again.mediaKey, 32, 'WhatsApp Media Retry Notification')
  const sealed = sealGcm(key, iv, answer, Buffer.from(id))
  return node('encrypt', {}, [node('enc_p', {}, sealed), node('enc_iv', {}, iv)])
}

/** A companion could not download a file: its phone uploads it again and tells the new path. */
export async function answerMediaRetry(world: World, phone: Phone, device: Device, request: BinaryNode): Promise<void> {
  const { id = '' } = request.attrs
  const again = await uploadAgain(world, phone, id)
  const about = childOf(request, 'rmr')
  deliver(
    world,
    device,
    node('notification', { from: pnJid(phone.phone), type: 'mediaretry', id, t: unixSeconds() }, [
      answerContent(id, again),
      node('rmr', { ...about?.attrs }),
    ]),
  )
}
