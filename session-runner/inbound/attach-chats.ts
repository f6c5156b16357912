import type { BinaryNode } from '@whiskeysockets/baileys'
import { messagesReadElsewhere } from '#domains/signals/events.ts'
import { raiseSignals } from '#domains/signals/repo.ts'
import { isoTime } from '#kit/clock.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { type InboundDevice, selfOf } from './attach.ts'
import { type ChatIntake, makeChatIntake } from './chat-intake.ts'
import { changesIn, readOnPhone } from './chats.ts'
import { bareJid, receiptIds } from './stanza-facts.ts'

const listenToChats = ({ ev }: LiveSocket, intake: ChatIntake): void => {
  ev.on('chats.update', (updates) => {
    for (const update of updates) {
      const { id } = update
      if (!id) continue
      for (const change of changesIn(update)) {
        intake.change(id, change)
        if (change.kind === 'unread' && !change.markedUnread) intake.read(id, 'all')
      }
    }
  })
  ev.on('chats.delete', (ids) => {
    for (const id of ids) intake.change(id, { kind: 'delete' })
  })
  ev.on('contacts.upsert', (contacts) => intake.contacts(contacts))
  ev.on('lid-mapping.update', ({ lid, pn }) => intake.merge(lid, pn))
}

const listenToMarks = ({ ev }: LiveSocket, intake: ChatIntake): void => {
  ev.on('messages.update', (updates) => {
    for (const { key, update } of updates) {
      const { starred } = update
      if (typeof starred === 'boolean' && key.remoteJid && key.id) intake.mark(key.remoteJid, key.id, { starred })
    }
  })
  ev.on('labels.edit', ({ id, name, color, deleted }) => intake.label({ labelId: id, name, color, deleted }))
  ev.on('labels.association', ({ type, association }) => {
    const { labelId, chatId } = association
    const label = { labelId, applied: type === 'add' }
    if ('messageId' in association) intake.mark(chatId, association.messageId, label)
    else intake.change(chatId, { kind: 'label', ...label })
  })
}

/** Announces that the account read messages elsewhere; `t` is WhatsApp's time, in Unix seconds. */
const announceRead = (
  { services: { ctx }, device }: InboundDevice,
  { chat, messageIds, t }: { chat: string; messageIds: string[]; t: string | undefined },
): void => {
  const { id: deviceId, tenantId } = device()
  const at = t && isoTime(Number(t) * 1000)
  const facts = { chat, direction: 'in', isGroup: chat.endsWith('@g.us'), messageIds, at }
  raiseSignals(ctx, { tenantId, deviceId }, [{ event: messagesReadElsewhere, facts }]).catch((error: unknown) => {
    ctx.log.warn('reading not announced', { deviceId, error: String(error) })
  })
}

/** Listens to everything by which the phone, or another linked device, changes the chat list: app state, history, own receipts. */
export const attachChats = (inbound: InboundDevice, socket: LiveSocket): void => {
  const { auth } = inbound
  const intake = makeChatIntake(inbound, socket)
  if (auth.creds.accountSyncCounter) {
    socket.ev.on('connection.update', ({ connection }) => {
      if (connection === 'open') intake.synchronise()
    })
  } else {
    intake.forget()
    socket.ev.on('creds.update', ({ accountSyncCounter }) => {
      if (accountSyncCounter) intake.synchronise()
    })
  }
  listenToChats(socket, intake)
  listenToMarks(socket, intake)
  socket.ws.on('CB:receipt', (node: BinaryNode) => {
    const self = selfOf(auth)
    const own = [self.pn, self.lid].flatMap((jid) => (jid ? [bareJid(jid)] : []))
    const seen = readOnPhone(node, (jid) => own.includes(bareJid(jid)))
    if (!seen) return
    const messageIds = receiptIds(node)
    intake.read(seen.chat, messageIds)
    announceRead(inbound, { chat: bareJid(seen.chat), messageIds, t: node.attrs.t })
  })
}
