import { unixSeconds } from './events.ts'
import { parseJid } from './jid.ts'
import type { MessageStatus, Phone } from './model.ts'
import { type BinaryNode, receiptIds } from './nodes.ts'
import { persistMessage } from './persist.ts'
import { answerRetry } from './phone-retry.ts'
import { accountOf, type World } from './world.ts'

const RANK: Record<MessageStatus, number> = {
  failed: 0,
  received: 0,
  pending: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  played: 4,
}

/** Moves the status of one of the phone's messages forward, never back. */
export function advanceStatus(world: World, phone: Phone, id: string, status: MessageStatus, by?: string): void {
  const stored = phone.messages.get(id)
  if (!stored) return
  const { view } = stored
  if (by && status === 'read') view.readBy = [...new Set([...(view.readBy ?? []), by])]
  if (RANK[status] > RANK[view.status]) view.status = status
  if (status === 'delivered' || status === 'read') view.statusAt = { [status]: unixSeconds(), ...view.statusAt }
  persistMessage(world, phone, id)
  world.hub.emit({ type: 'message.status', phone: phone.phone, data: { id, chat: view.chat, status, by } })
}

/** Takes a receipt: the state of messages that the account sent, reads on other own devices, or a retry request. */
export async function receiveReceipt(world: World, phone: Phone, receipt: BinaryNode): Promise<void> {
  const { type, participant, from = '' } = receipt.attrs
  const by = parseJid(participant ?? from)
  const account = accountOf(world, by.user)
  if (!account) return
  if (type === 'retry') {
    await answerRetry(world, phone, { phone: account, device: by.device }, receipt)
    return
  }
  if (type !== undefined && type !== 'read' && type !== 'played' && type !== 'read-self') return
  const status: MessageStatus = type === undefined ? 'delivered' : type === 'played' ? 'played' : 'read'
  for (const id of receiptIds(receipt)) advanceStatus(world, phone, id, status, account.phone)
}
