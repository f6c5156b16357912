import type { BinaryNode } from '@whiskeysockets/baileys'
import type { Person } from '#domains/groups/model.ts'
import { bareJid } from '../inbound/stanza-facts.ts'

/** Child nodes; empty when the content is bytes or text. */
export const childrenOf = (node: BinaryNode | undefined): BinaryNode[] =>
  Array.isArray(node?.content) ? node.content : []

/** First child of that tag. */
export const childOf = (node: BinaryNode | undefined, tag: string): BinaryNode | undefined =>
  childrenOf(node).find((child) => child.tag === tag)

/** All children of that tag. */
export const childrenNamed = (node: BinaryNode | undefined, tag: string): BinaryNode[] =>
  childrenOf(node).filter((child) => child.tag === tag)

/** Content as text, whichever way it was encoded; undefined when there is none. */
export const textOf = (node: BinaryNode | undefined): string | undefined => {
  const content = node?.content
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : undefined
}

const userIn = (jid: string | undefined, server: string): string | undefined =>
  jid?.endsWith(server) ? bareJid(jid).slice(0, -server.length) : undefined

/** Both addresses of a person from JIDs that are about the same one. */
export const personFrom = (...jids: (string | undefined)[]): Person => ({
  phone: jids.map((jid) => userIn(jid, '@s.whatsapp.net')).find((user) => user !== undefined),
  lid: jids.map((jid) => userIn(jid, '@lid')).find((user) => user !== undefined),
})

/** The same, or undefined when neither address is known. */
export const knownPerson = (...jids: (string | undefined)[]): Person | undefined => {
  const found = personFrom(...jids)
  return found.phone || found.lid ? found : undefined
}

/** A participant's addresses: `jid` is one of them, `phone_number` or `lid` the other. */
export const participantOf = ({ attrs }: BinaryNode): Person => personFrom(attrs.jid, attrs.phone_number, attrs.lid)

/** Unix seconds of an attribute; undefined for none. */
export const secondsOf = (value: string | undefined): number | undefined => Number(value) || undefined
