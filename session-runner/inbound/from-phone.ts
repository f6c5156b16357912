import type { proto } from '@whiskeysockets/baileys'
import { takeHistory } from '../history/take.ts'
import { recoveryIn, takeRecovery } from '../sync/recovery.ts'
import type { InboundDevice } from './attach.ts'
import type { StanzaFacts } from './stanza-facts.ts'
import { resentIn, storeResent } from './unavailable.ts'

/**
 * Takes what the account's own phone says to this device. Resolves when what must not be lost is durable, with the message as the
 * client is to see it.
 */
export const takeFromPhone = async (
  inbound: InboundDevice,
  { id }: StanzaFacts,
  message: proto.IMessage,
): Promise<proto.IMessage> => {
  const history = message.protocolMessage?.historySyncNotification
  if (history) return takeHistory(inbound, id, message, history)
  for (const info of resentIn(message)) await storeResent(inbound, info)
  const copy = recoveryIn(message)
  if (copy) {
    // Not waited for: a synchronisation that is under way may hold the lock, and no message is to wait for that.
    takeRecovery(inbound, copy).catch((error: unknown) => {
      const { services, device } = inbound
      services.ctx.log.warn("the phone's copy of app state was not taken", {
        deviceId: device().id,
        error: String(error),
      })
    })
  }
  return message
}
