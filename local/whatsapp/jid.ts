/** Jid of the service itself, as it decodes from a jid pair with an empty user. */
export const SERVER_JID = '@s.whatsapp.net'

/** What a chat jid can stand for. */
export type JidServer = 's.whatsapp.net' | 'lid' | 'g.us' | 'broadcast' | 'newsletter' | 'other'

/** Parts of a jid; `device` is 0 when the jid names none. */
export interface JidParts {
  user: string
  device: number
  server: JidServer
}

const SERVERS = new Set<string>(['s.whatsapp.net', 'lid', 'g.us', 'broadcast', 'newsletter'])

/** Splits `user[_agent][:device]@server`. Anything without `@` is taken for a bare user of no known server. */
export function parseJid(jid: string): JidParts {
  const at = jid.indexOf('@')
  if (at < 0) return { user: jid, device: 0, server: 'other' }
  const server = jid.slice(at + 1)
  const left = jid.slice(0, at)
  const colon = left.indexOf(':')
  const device = colon < 0 ? 0 : Number(left.slice(colon + 1))
  const name = colon < 0 ? left : left.slice(0, colon)
  const agent = name.indexOf('_')
  return {
    user: agent < 0 ? name : name.slice(0, agent),
    device: Number.isInteger(device) ? device : 0,
    server: (SERVERS.has(server) ? server : 'other') as JidServer,
  }
}

/** `PN[:device]@s.whatsapp.net`; device 0 is left out. */
export function pnJid(phone: string, device = 0): string {
  return device ? `${phone}:${device}@s.whatsapp.net` : `${phone}@s.whatsapp.net`
}

/** `LID[:device]@lid`; device 0 is left out. */
export function lidJid(lid: string, device = 0): string {
  return device ? `${lid}:${device}@lid` : `${lid}@lid`
}

/** True for group chats. */
export function isGroupJid(jid: string): boolean {
  return jid.endsWith('@g.us')
}

/** Digits of a phone number written with or without `+`, spaces and dashes. */
export function phoneDigits(text: string): string {
  return text.replace(/[^0-9]/g, '')
}
