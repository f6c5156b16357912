import { jidNormalizedUser, proto } from '@whiskeysockets/baileys'
import { fail } from '#kit/errors.ts'
import { newWaMessageId } from '#kit/ids.ts'
import type { Online } from '../connection/device-session.ts'

type Request = proto.Message.IPeerDataOperationRequestMessage

/** Milliseconds until WhatsApp's server has to have taken a request. */
const ACK_MS = 8_000

/**
 * Asks the account's own phone for something; gives the request's id when WhatsApp's server has taken it. The phone answers
 * later, with a message of its own, when it is on (stanza as in Baileys' `sendPeerDataOperationMessage`, which gives no chance to
 * wait for the acknowledgement). Throws `upstream_timeout`, `device_not_connected` and `upstream_error`.
 */
export const askPhone = async (
  { socket, acks }: Online,
  request: Request,
  messageId = newWaMessageId(),
): Promise<string> => {
  const own = socket.authState.creds.me?.id
  if (!own) throw fail('device_logged_out')
  const answer = acks.expect(messageId, ACK_MS)
  const type = proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE
  const message = { protocolMessage: { type, peerDataOperationRequestMessage: request } }
  try {
    await socket.relayMessage(jidNormalizedUser(own), message, {
      messageId,
      additionalAttributes: { category: 'peer', push_priority: 'high_force' },
      additionalNodes: [{ tag: 'meta', attrs: { appdata: 'default' } }],
    })
  } catch (error) {
    acks.cancel(messageId)
    throw fail('device_not_connected', { cause: error })
  }
  const ack = await answer
  if (ack.kind === 'ok') return messageId
  if (ack.kind === 'refused')
    throw fail('upstream_error', { message: `WhatsApp refused the request with ${ack.code}.` })
  throw fail(ack.closed ? 'device_not_connected' : 'upstream_timeout')
}
