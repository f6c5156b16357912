import { proto } from '@whiskeysockets/baileys'
import { describe } from './content.ts'
import { preciseNow } from './events.ts'
import type { Phone } from './model.ts'
import { padMessage } from './padding.ts'
import { onPhone } from './phone.ts'
import { storeMessage } from './phone-receive.ts'
import { type PhoneSend, sealFor } from './phone-send.ts'
import { route } from './routing.ts'
import { endpointsOf, envelope, groupStanza } from './stanzas.ts'
import type { World } from './world.ts'

/** Where status posts go. */
export const STATUS = 'status@broadcast'

/** Who sees the posts of a phone: its contacts, unless it chose others. */
function audienceOf(world: World, phone: Phone): Phone[] {
  const { type, phones } = phone.statusAudience ?? { type: 'contacts', phones: [] }
  return [...world.phones.values()].filter((other) => {
    if (other === phone) return false
    if (type === 'whitelist') return phones.includes(other.phone)
    return phone.contacts.has(other.phone) && !(type === 'blacklist' && phones.includes(other.phone))
  })
}

/** Posts a status from a phone. Resolves when every copy is queued. */
export async function postStatus(
  world: World,
  phone: Phone,
  send: Omit<PhoneSend, 'to'>,
): Promise<{ id: string; timestamp: number }> {
  return onPhone(world, phone, async () => {
    const content = describe(send.message)
    const of = envelope({ phone, device: 0 }, send.id, content.media ? 'media' : 'text')
    const view = { id: send.id, chat: STATUS, from: phone.phone, to: STATUS, participant: phone.phone, fromDevice: 0 }
    storeMessage(world, phone, {
      view: { ...view, fromMe: true, ...content, timestamp: of.t, receivedAt: preciseNow(), status: 'sent', times: 1 },
      proto: proto.Message.encode(send.message).finish(),
      chatJid: STATUS,
      retries: 0,
    })
    const targets = [...audienceOf(world, phone).flatMap(endpointsOf), ...endpointsOf(phone).slice(1)]
    for (const target of targets) {
      const body = await sealFor(world, phone, target, padMessage(send.message))
      if (body) route(world, target, groupStanza(of, STATUS, [body]))
    }
    return { id: send.id, timestamp: of.t }
  })
}
