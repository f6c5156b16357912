import type { proto } from '@whiskeysockets/baileys'
import type { Device } from '#domains/devices/model.ts'
import { readAnswer } from '#domains/messages/answers.ts'
import { type NormalMessage, unwrap } from '#domains/messages/normalise.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { sealedIn } from '#domains/messages/sealed.ts'
import type { Context } from '#kit/context.ts'
import { bareJid, type StanzaFacts } from './stanza-facts.ts'

const jids = (...some: (string | undefined)[]): string[] => [
  ...new Set(some.flatMap((jid) => (jid ? [bareJid(jid)] : []))),
]

/** `edit` of the stanza by which an administrator deletes what others wrote; WhatsApp lets nobody else send it (whatsmeow). */
const ADMIN_REVOKE = '8'

/**
 * What a message says, completed by what only its stanza or the stored message it is about can tell: votes and answers are
 * opened with that message's secret. Throws when the store is out of reach.
 */
export const completed = async (
  ctx: Context,
  device: Pick<Device, 'tenantId' | 'jid' | 'lid'>,
  facts: StanzaFacts,
  message: proto.IMessage,
  place: { conversationId: number; content: NormalMessage },
): Promise<NormalMessage> => {
  const { conversationId, content } = place
  if (content.kind === 'revoke' && facts.isGroup && facts.edit === ADMIN_REVOKE) {
    return { ...content, payload: { ...content.payload, byAdmin: true } }
  }
  const what = sealedIn(unwrap(message).message)
  if (!what) return content
  const target = await findMessage(ctx, { tenantId: device.tenantId, conversationId, messageId: what.targetId })
  const own = jids(device.jid, device.lid)
  const senders = facts.fromMe ? own : jids(facts.person.pn, facts.person.lid, facts.participant)
  return { ...content, ...readAnswer(what, target, { own, senders }) }
}
