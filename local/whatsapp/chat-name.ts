import { isGroupJid, parseJid } from './jid.ts'
import { accountOf, type World } from './world.ts'

/** Name of a chat in message lists: a phone number, or the jid of a group or broadcast. */
export function chatNameOf(world: World, chatJid: string): string {
  if (isGroupJid(chatJid) || chatJid.endsWith('@broadcast')) return chatJid
  return accountOf(world, parseJid(chatJid).user)?.phone ?? chatJid
}
