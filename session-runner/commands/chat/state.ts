import type { proto } from '@whiskeysockets/baileys'
import type { WorkOf } from '#domains/commands/model.ts'
import { requireListedGroup } from '../../groups/require-group.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { changeChat, patchOf } from './change.ts'

type Last = WorkOf<'chat.archive'>['last']

/** Up to which message a chat is archived or deleted; without one, up to now. */
const rangeOf = (chat: string, last: Last, nowMs: number): proto.SyncActionValue.ISyncActionMessageRange => {
  if (!last) return { lastMessageTimestamp: Math.floor(nowMs / 1000) }
  const { timestamp, messageId, fromMe = false, participant } = last
  // In a group a message of somebody else cannot be named without its author; then the time has to do.
  const isNamed = messageId !== undefined && (fromMe || participant !== undefined || !chat.endsWith('@g.us'))
  const key = { remoteJid: chat, fromMe, id: messageId, participant: fromMe ? undefined : participant }
  return { lastMessageTimestamp: timestamp, messages: isNamed ? [{ key, timestamp }] : [] }
}

/** Pins a chat to the top of the list, or unpins it. */
export const chatPin: CommandHandler<'chat.pin'> = async (services, session, { chat, pinned }) => {
  await requireListedGroup(services, session, await requireOnline(session), chat)
  await changeChat(services, session, chat, [patchOf({ pin: pinned }, chat)], [{ kind: 'pin', pinned }])
  return { pinned }
}

/** Archives a chat, which also unpins it, or brings it back from the archive. */
export const chatArchive: CommandHandler<'chat.archive'> = async (services, session, { chat, archived, last }) => {
  const range = rangeOf(chat, last, services.ctx.clock.nowMs())
  const archive = patchOf({ archive: archived, lastMessages: range }, chat)
  if (!archived) {
    await changeChat(services, session, chat, [archive], [{ kind: 'archive', archived }])
  } else {
    // Official clients put both into one patch (seen in whatsmeow's `BuildArchive`); the client here encodes one change each.
    const unpin = patchOf({ pin: false }, chat)
    const changes = [{ kind: 'archive', archived } as const, { kind: 'pin', pinned: false } as const]
    await changeChat(services, session, chat, [archive, unpin], changes)
  }
  return { archived }
}

/** Mutes a chat until a time or for ever, or unmutes it. */
export const chatMute: CommandHandler<'chat.mute'> = async (services, session, { chat, mutedUntil }) => {
  // WhatsApp's end is in milliseconds; -1 is what its own clients write for a mute without end.
  const mute = mutedUntil === 0 ? null : mutedUntil < 0 ? -1 : mutedUntil * 1000
  await changeChat(services, session, chat, [patchOf({ mute }, chat)], [{ kind: 'mute', mutedUntil }])
  return { mutedUntil }
}

/** Takes a chat off the list; its next message brings it back. */
export const chatDelete: CommandHandler<'chat.delete'> = async (services, session, { chat, last }) => {
  const range = rangeOf(chat, last, services.ctx.clock.nowMs())
  await changeChat(
    services,
    session,
    chat,
    [patchOf({ delete: true, lastMessages: range }, chat)],
    [{ kind: 'delete' }],
  )
  return { deleted: true }
}
