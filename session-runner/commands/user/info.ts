import type { BinaryNode } from '@whiskeysockets/baileys'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, textOf } from '../whatsapp-query.ts'
import { knownJids } from './check.ts'
import { devicesIn } from './devices.ts'
import { byJid, FACTS, isBusiness, lidIn, usync, verifiedNameIn } from './usync.ts'

/** Both addresses of an account, as far as its answer or the stored mapping tell. */
const addressesOf = async (socket: LiveSocket, user: BinaryNode): Promise<{ pn?: string; lid?: string }> => {
  const jid = bareJid(user.attrs.jid ?? '')
  if (!jid.endsWith('@lid')) return { pn: jid, lid: lidIn(user) }
  const pn = await socket.signalRepository.lidMapping.getPNForLID(jid)
  return { pn: pn ? bareJid(pn) : undefined, lid: jid }
}

const describe = async (socket: LiveSocket, user: BinaryNode) => ({
  ...(await addressesOf(socket, user)),
  about: textOf(childAt(user, 'status')) ?? '',
  pictureId: childAt(user, 'picture')?.attrs.id,
  verifiedName: verifiedNameIn(user),
  isBusiness: isBusiness(user),
  devices: devicesIn(socket, user),
})

/** What WhatsApp tells about accounts, which are named as WhatsApp names them. Throws as `queryWhatsApp` does. */
export const describePeople = async (socket: LiveSocket, jids: readonly string[]) => {
  const facts = [FACTS.business, FACTS.status, FACTS.picture, FACTS.devices, FACTS.lid]
  const answers = await usync(socket, { facts, users: jids.map(byJid), mode: 'full', context: 'background' })
  return Promise.all(answers.map((user) => describe(socket, user)))
}

/** Facts about people, in the order they were asked for; those that WhatsApp does not know are absent. */
export const usersInfo: CommandHandler<'users.info'> = async (_services, session, { jids }) => {
  const socket = await requireOnline(session)
  const known = await knownJids(socket, jids)
  const people = await describePeople(socket, [...new Set(known.values())])
  return jids.flatMap((asked) => {
    const jid = known.get(asked)
    const person = people.find(({ pn, lid }) => jid !== undefined && (pn === jid || lid === jid))
    return person ? [{ asked, ...person }] : []
  })
}
