import type { BinaryNode } from '@whiskeysockets/baileys'
import { userOf } from '#domains/contacts/model.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, textOf } from '../whatsapp-query.ts'
import { byPhone, FACTS, lidIn, usync, verifiedNameIn } from './usync.ts'

/** A phone number at WhatsApp. `jid` is what WhatsApp makes of the number. */
type Registration = { phone: string; exists: boolean; jid?: string; lid?: string; verifiedName?: string }

/** The answer about a phone number: it may repeat the number, or name what WhatsApp made of it; else its place tells. */
const answerTo = (phone: string, at: number, answers: readonly BinaryNode[], asked: number): BinaryNode | undefined =>
  answers.find((user) => textOf(childAt(user, 'contact'))?.replace(/\D/g, '') === phone) ??
  answers.find((user) => userOf(user.attrs.jid ?? '') === phone) ??
  (answers.length === asked ? answers[at] : undefined)

/** Which phone numbers have WhatsApp, and the addresses WhatsApp knows them by (a number may be rewritten by WhatsApp). */
export const findRegistrations = async (socket: LiveSocket, phones: readonly string[]): Promise<Registration[]> => {
  const digits = phones.map((phone) => phone.replace(/\D/g, ''))
  const facts = [FACTS.business, FACTS.contact, FACTS.lid]
  const answers = await usync(socket, { facts, users: digits.map(byPhone), context: 'interactive' })
  const found = digits.map((phone, at): Registration => {
    const answer = answerTo(phone, at, answers, digits.length)
    const jid = answer?.attrs.jid
    if (!answer || !jid || childAt(answer, 'contact')?.attrs.type !== 'in') return { phone, exists: false }
    return { phone, exists: true, jid, lid: lidIn(answer), verifiedName: verifiedNameIn(answer) }
  })
  const unnamed = found.flatMap(({ jid, lid }) => (jid && !lid ? [jid] : []))
  if (unnamed.length === 0) return found
  const pairs = (await socket.signalRepository.lidMapping.getLIDsForPNs(unnamed)) ?? []
  return found.map((one) => ({ ...one, lid: one.lid ?? pairs.find(({ pn }) => pn === one.jid)?.lid }))
}

/** What WhatsApp makes of the JIDs: phone numbers that it does not know are left out, LIDs stay. */
export const knownJids = async (socket: LiveSocket, jids: readonly string[]): Promise<Map<string, string>> => {
  const numbers = jids.filter((jid) => jid.endsWith('@s.whatsapp.net'))
  const found = numbers.length > 0 ? await findRegistrations(socket, numbers.map(userOf)) : []
  const known = new Map(jids.filter((jid) => !numbers.includes(jid)).map((jid) => [jid, jid]))
  for (const [at, jid] of numbers.entries()) {
    const registered = found[at]?.jid
    if (registered) known.set(jid, bareJid(registered))
  }
  return known
}

/** Answers which phone numbers have WhatsApp. */
export const usersCheck: CommandHandler<'users.check'> = async (_services, session, work) =>
  findRegistrations(await requireOnline(session), work.phones)
