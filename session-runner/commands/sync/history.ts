import { proto } from '@whiskeysockets/baileys'
import { noteRequest } from '#domains/history/record.ts'
import { newWaMessageId } from '#kit/ids.ts'
import { askPhone } from '../../sync/ask-phone.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'

const { HISTORY_SYNC_ON_DEMAND, FULL_HISTORY_SYNC_ON_DEMAND } = proto.Message.PeerDataOperationRequestType

/** Asks the phone for older messages of a chat (request as in Baileys' `fetchMessageHistory`); they come with the history. */
export const syncChatHistory: CommandHandler<'sync.chat-history'> = async ({ ctx }, session, work) => {
  const online = await requireConnection(session)
  const { id: deviceId, tenantId } = session.device()
  const sessionId = newWaMessageId()
  // Before it is asked: the phone may answer at once.
  await noteRequest(ctx, { tenantId, deviceId }, sessionId, work.messageId)
  const request = {
    peerDataOperationRequestType: HISTORY_SYNC_ON_DEMAND,
    historySyncOnDemandRequest: {
      chatJid: work.chat,
      oldestMsgId: work.messageId,
      oldestMsgFromMe: work.fromMe,
      oldestMsgTimestampMs: work.timestampMs,
      onDemandMsgCount: work.count,
    },
  }
  await askPhone(online, request, sessionId)
  return {}
}

/**
 * Asks the phone for the history of all chats. Names of the fields are those of WhatsApp's schema; which of the abilities a phone
 * insists on is not publicly known, so all that our storage can do are named, as WhatsApp's own clients do when they are linked.
 */
export const syncFullHistory: CommandHandler<'sync.full-history'> = async (_services, session, work) => {
  const online = await requireConnection(session)
  await askPhone(online, {
    peerDataOperationRequestType: FULL_HISTORY_SYNC_ON_DEMAND,
    fullHistorySyncOnDemandRequest: {
      requestMetadata: { requestId: work.requestId },
      historySyncConfig: {
        fullSyncDaysLimit: work.days,
        fullSyncSizeMbLimit: work.sizeMb,
        storageQuotaMb: work.sizeMb,
        inlineInitialPayloadInE2EeMsg: false,
        supportCallLogHistory: work.calls,
        supportGroupHistory: work.groups,
        supportBotUserAgentChatHistory: true,
        supportCagReactionsAndPolls: true,
        supportMessageAssociation: true,
        supportGuestChat: true,
        onDemandReady: true,
        completeOnDemandReady: true,
      },
    },
  })
  return {}
}
