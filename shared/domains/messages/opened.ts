import { proto } from '@whiskeysockets/baileys'
import { userOf } from '../contacts/model.ts'
import { findDevice } from '../devices/repo.ts'
import { readAnswer, writerJids } from './answers.ts'
import { isSealed, type Opener } from './awaited.ts'
import { fitted } from './fit.ts'
import { unwrap } from './normalise.ts'
import { sealedIn } from './sealed.ts'

const jidsOf = (jid: string | undefined, server: string): string[] => (jid ? [`${userOf(jid)}@${server}`] : [])

/**
 * The message as it reads when its target is here, whose secret it may be encrypted with. What the table would not hold beside its protobuf
 * stays closed: its sender decides what is in it, and it must not keep its target away.
 */
export const openedBy: Opener = async (ctx, about, target) => {
  const what = isSealed(about) && about.proto && sealedIn(unwrap(proto.Message.decode(about.proto)).message)
  if (!what || !target.proto) return about
  const device = await findDevice(ctx, about.deviceId)
  const own = [...jidsOf(device?.jid, 's.whatsapp.net'), ...jidsOf(device?.lid, 'lid')]
  const senders = about.direction === 'out' ? own : writerJids(about)
  const content = readAnswer(what, target, { own, senders })
  if (content.payload?.unreadable) return about
  const { unreadable: _closed, type: _type, ...facts } = about.payload ?? {}
  const { kind, text, quotedId = about.quotedId } = content
  const opened = fitted({ ...about, kind, text, quotedId, payload: { ...facts, ...content.payload } })
  return opened.proto ? opened : about
}
