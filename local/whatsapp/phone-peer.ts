import { proto } from '@whiskeysockets/baileys'
import { chatNameOf } from './chat-name.ts'
import { unixSeconds } from './events.ts'
import type { Phone, StoredMessage } from './model.ts'
import { sendPeer } from './peer-send.ts'
import { isAddOn } from './phone-add-ons.ts'
import { answerCopy } from './phone-copy.ts'
import { chunksOf, conversationsOf, entriesOf, inOrder, sendHistory, webMessage } from './phone-history.ts'
import type { Endpoint, World } from './world.ts'

const ProtocolType = proto.Message.ProtocolMessage.Type
const { PLACEHOLDER_MESSAGE_RESEND } = proto.Message.PeerDataOperationRequestType
const DEFAULT_PAGE = 50

type Request = proto.Message.IPeerDataOperationRequestMessage

/** Messages of a chat older than the one the companion named, newest first. */
function olderThan(
  world: World,
  phone: Phone,
  request: NonNullable<Request['historySyncOnDemandRequest']>,
): StoredMessage[] {
  const chat = chatNameOf(world, request.chatJid ?? '')
  const inChat = inOrder([...phone.messages.values()].filter((stored) => stored.view.chat === chat && !isAddOn(stored)))
  const at = inChat.findIndex((stored) => stored.view.id === request.oldestMsgId)
  const older = at < 0 ? inChat : inChat.slice(0, at)
  return older.slice(-(request.onDemandMsgCount ?? DEFAULT_PAGE)).reverse()
}

async function answerHistory(world: World, asker: Endpoint, request: Request, id: string): Promise<void> {
  const wanted = request.historySyncOnDemandRequest
  if (!wanted) return
  const messages = olderThan(world, asker.phone, wanted).map(entriesOf(world, asker.phone))
  const conversations = [{ id: wanted.chatJid ?? '', messages }]
  const syncType = proto.HistorySync.HistorySyncType.ON_DEMAND
  await sendHistory(
    world,
    asker,
    { syncType, conversations, chunkOrder: 1, progress: 100 },
    {
      peerDataRequestSessionId: id,
    },
  )
}

const DAY_SECONDS = 24 * 3600

/** The history of all chats within the days that the companion asked for, chunk after chunk. */
async function answerFullHistory(
  world: World,
  asker: Endpoint,
  { requestMetadata, historySyncConfig }: NonNullable<Request['fullHistorySyncOnDemandRequest']>,
): Promise<void> {
  const days = historySyncConfig?.fullSyncDaysLimit ?? 0
  const since = days > 0 ? unixSeconds() - days * DAY_SECONDS : 0
  const groups = historySyncConfig?.supportGroupHistory === true
  const chunks = chunksOf(conversationsOf(world, asker.phone, { perChat: Number.POSITIVE_INFINITY, since, groups }))
  for (const [at, conversations] of chunks.entries()) {
    const progress = Math.floor((100 * (at + 1)) / chunks.length)
    const history = { syncType: proto.HistorySync.HistorySyncType.FULL, conversations, chunkOrder: at + 1, progress }
    await sendHistory(world, asker, history, { fullHistorySyncOnDemandRequestMetadata: requestMetadata })
  }
}

async function answerPlaceholders(world: World, asker: Endpoint, request: Request, id: string): Promise<void> {
  const results = (request.placeholderMessageResendRequest ?? []).flatMap(({ messageKey }) => {
    const stored = asker.phone.messages.get(messageKey?.id ?? '')
    if (!stored) return []
    const bytes = proto.WebMessageInfo.encode(proto.WebMessageInfo.fromObject(webMessage(stored, asker.phone, world)))
    return [{ placeholderMessageResendResponse: { webMessageInfoBytes: bytes.finish() } }]
  })
  await sendPeer(world, asker, {
    type: ProtocolType.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
    peerDataOperationRequestResponseMessage: {
      peerDataOperationRequestType: PLACEHOLDER_MESSAGE_RESEND,
      stanzaId: id,
      peerDataOperationResult: results,
    },
  })
}

/** Takes a request that a companion made of its phone: older history, messages it could not open, a collection of app state. */
export async function takePeerMessage(
  world: World,
  phone: Phone,
  asker: Endpoint,
  id: string,
  message: proto.IMessage,
): Promise<void> {
  const request = message.protocolMessage?.peerDataOperationRequestMessage
  if (!request || asker.phone !== phone || asker.device === 0) return
  if (request.historySyncOnDemandRequest) await answerHistory(world, asker, request, id)
  if (request.fullHistorySyncOnDemandRequest)
    await answerFullHistory(world, asker, request.fullHistorySyncOnDemandRequest)
  if (request.placeholderMessageResendRequest?.length) await answerPlaceholders(world, asker, request, id)
  const collection = request.syncdCollectionFatalRecoveryRequest
  if (collection) await answerCopy(world, asker, collection, id)
}
