import { deflateSync } from 'node:zlib'
import { proto } from '@whiskeysockets/baileys'
import type { InboundDevice } from '../inbound/attach.ts'

type Notification = proto.Message.IHistorySyncNotification

const { ON_DEMAND } = proto.HistorySync.HistorySyncType

/**
 * Takes over a chunk of history before it is acknowledged to the phone. The client gets the notification without the history: it
 * has its part in the client's first synchronisation and in the acknowledgement, but would be downloaded, unpacked and read in one
 * go, with every later message waiting for it (seen in Baileys' `processMessage`).
 */
export const takeHistory = async (
  inbound: InboundDevice,
  id: string,
  message: proto.IMessage,
  notification: Notification,
): Promise<proto.IMessage> => {
  await inbound.services.history.accept(inbound, id, notification)
  const { chunkOrder, progress } = notification
  // After the first synchronisation the kind matters no more; of each but this one the client would keep a list for ever.
  const isFirst = !inbound.auth.creds.accountSyncCounter
  const syncType = isFirst ? (notification.syncType ?? 0) : ON_DEMAND
  const empty = proto.HistorySync.encode({ syncType: syncType as proto.HistorySync.HistorySyncType }).finish()
  const shown: Notification = {
    syncType: syncType as proto.Message.HistorySyncType,
    chunkOrder,
    progress,
    initialHistBootstrapInlinePayload: deflateSync(empty),
  }
  return { ...message, protocolMessage: { ...message.protocolMessage, historySyncNotification: shown } }
}
