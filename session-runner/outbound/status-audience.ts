import type { BinaryNode } from '@whiskeysockets/baileys'
import { listDeviceContacts } from '#domains/devices/contacts.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Context } from '#kit/context.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { bareJid } from '../inbound/stanza-facts.ts'

/** The chat that status posts are written to. */
export const STATUS_CHAT = 'status@broadcast'

/** Who sees the status posts of an account, by the account's own privacy setting. */
type Audience = { type: 'contacts' | 'blacklist' | 'whitelist'; jids: string[] }

const childrenOf = (node: BinaryNode | undefined, tag: string): BinaryNode[] =>
  Array.isArray(node?.content) ? node.content.filter((child) => child.tag === tag) : []

/**
 * Asks for the setting. The stanza is the one of whatsmeow's `GetStatusPrivacy`: `privacy` in the namespace `status`, answered with
 * lists of which one is the default. An account without a setting shows its posts to all contacts.
 */
const askAudience = async (socket: LiveSocket): Promise<Audience> => {
  const answer = await socket
    .query({
      tag: 'iq',
      attrs: { to: '@s.whatsapp.net', type: 'get', xmlns: 'status' },
      content: [{ tag: 'privacy', attrs: {} }],
    })
    .catch((error: unknown) => {
      // 404 is the answer for an account that never changed the setting.
      if ((error as { data?: unknown }).data === 404) return undefined
      throw error
    })
  const lists = childrenOf(childrenOf(answer, 'privacy')[0], 'list')
  const list = lists.find(({ attrs }) => attrs.default === 'true') ?? lists[0]
  const type = list?.attrs.type ?? 'contacts'
  return {
    type: type === 'blacklist' || type === 'contact_blacklist' ? 'blacklist' : type === 'whitelist' ? type : 'contacts',
    jids: childrenOf(list, 'user').flatMap(({ attrs }) => (attrs.jid ? [bareJid(attrs.jid)] : [])),
  }
}

/**
 * The people a status post is encrypted for: who stands in the account's address book, as its privacy setting allows, and the own
 * other devices. People whose name is only known from their messages are no contacts.
 */
export const statusAudience = async (ctx: Context, device: Device, socket: LiveSocket): Promise<string[]> => {
  const own = bareJid(device.jid ?? '')
  const { type, jids } = await askAudience(socket)
  if (type === 'whitelist') return [...new Set([...jids, own])]
  const left = new Set(type === 'blacklist' ? jids : [])
  const contacts = (await listDeviceContacts(ctx, device.id))
    .filter(({ fullName, jid, lid }) => fullName && !left.has(jid) && !(lid && left.has(`${lid}@lid`)))
    .map(({ jid }) => jid)
  return [...new Set([...contacts, own])]
}
