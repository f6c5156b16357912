import { type BinaryNode, proto } from '@whiskeysockets/baileys'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import { childAt, childrenOf, queryWhatsApp } from '../whatsapp-query.ts'

const node = (tag: string, attrs: Record<string, string> = {}, content?: BinaryNode['content']): BinaryNode =>
  content === undefined ? { tag, attrs } : { tag, attrs, content }

/** Facts that can be asked about people, as the request names them (seen in whatsmeow's `GetUserInfo` and `IsOnWhatsApp`). */
export const FACTS = {
  business: node('business', {}, [node('verified_name')]),
  contact: node('contact'),
  devices: node('devices', { version: '2' }),
  lid: node('lid'),
  picture: node('picture'),
  status: node('status'),
} as const

/** Whom a question is about: somebody known by JID, or a phone number that may not exist. */
export const byJid = (jid: string): BinaryNode => node('user', { jid })
export const byPhone = (phone: string): BinaryNode => node('user', {}, [node('contact', {}, `+${phone}`)])

/**
 * Asks for facts about people in one request; gives a node for each person that WhatsApp answers about. LIDs that come with the
 * answer are kept. Throws as `queryWhatsApp` does.
 */
export const usync = async (
  socket: LiveSocket,
  question: { facts: readonly BinaryNode[]; users: readonly BinaryNode[]; mode?: 'query' | 'full'; context: string },
): Promise<BinaryNode[]> => {
  const { facts, users, mode = 'query', context } = question
  if (users.length === 0) return []
  const attrs = { sid: socket.generateMessageTag(), mode, last: 'true', index: '0', context }
  const content = [node('query', {}, [...facts]), node('list', {}, [...users])]
  const answer = await queryWhatsApp(socket, { xmlns: 'usync', type: 'get', content: [node('usync', attrs, content)] })
  const found = childrenOf(childAt(answer, 'usync', 'list'), 'user')
  await keepLids(socket, found)
  return found
}

const keepLids = async (socket: LiveSocket, users: readonly BinaryNode[]): Promise<void> => {
  const pairs = users.flatMap((user) => {
    const pn = user.attrs.jid
    const lid = lidIn(user)
    return pn?.endsWith('@s.whatsapp.net') && lid ? [{ pn: bareJid(pn), lid }] : []
  })
  if (pairs.length > 0) await socket.signalRepository.lidMapping.storeLIDPNMappings(pairs)
}

/** The LID that an answer names, without device part. */
export const lidIn = (user: BinaryNode): string | undefined => {
  const lid = childAt(user, 'lid')?.attrs.val
  return lid && bareJid(lid)
}

/** The name in a business's certificate; undefined for a person. A certificate that cannot be read names nobody. */
export const verifiedNameIn = (user: BinaryNode): string | undefined => {
  const certificate = childAt(user, 'business', 'verified_name')?.content
  if (!(certificate instanceof Uint8Array)) return undefined
  try {
    const { details } = proto.VerifiedNameCertificate.decode(certificate)
    return proto.VerifiedNameCertificate.Details.decode(details ?? new Uint8Array()).verifiedName ?? undefined
  } catch {
    return undefined
  }
}

/** Whether an account is a business's: only those have a certificate. */
export const isBusiness = (user: BinaryNode): boolean => childAt(user, 'business', 'verified_name') !== undefined

/** Numbers of the devices that an answer names; 0 is the phone. */
export const deviceIdsIn = (user: BinaryNode): number[] =>
  childrenOf(childAt(user, 'devices', 'device-list'), 'device')
    .map(({ attrs }) => Number(attrs.id))
    .filter((id) => Number.isInteger(id))
