import { userOf } from '#domains/contacts/model.ts'
import { completeAddress } from '../../inbound/attach.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'
import { byJid, FACTS, lidIn, usync } from './usync.ts'

/** Both addresses of a person: a phone number's LID is asked of WhatsApp when it is not known; a LID's number cannot be asked for. */
export const usersLid: CommandHandler<'users.lid'> = async (services, session, { jid }) => {
  const { socket, auth } = await requireConnection(session)
  const known = await completeAddress(auth)(jid.endsWith('@lid') ? { lid: jid } : { pn: jid })
  if (known.lid !== undefined) {
    // Whoever asks did not find it where the API reads.
    if (known.pn) await services.lids.learnt(session.device(), { [userOf(known.pn)]: userOf(known.lid) })
    return known
  }
  const [answer] = await usync(socket, { facts: [FACTS.lid], users: [byJid(jid)], context: 'background' })
  return { pn: jid, lid: answer && lidIn(answer) }
}
