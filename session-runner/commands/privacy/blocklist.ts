import { userOf } from '#domains/contacts/model.ts'
import { raiseSignals } from '#domains/signals/repo.ts'
import { fail } from '#kit/errors.ts'
import type { AuthState } from '../../auth/auth-state.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import { blockSignals } from '../../inbound/account-signals.ts'
import { completeAddress } from '../../inbound/attach.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'
import { byJid, FACTS, lidIn, usync } from '../user/usync.ts'
import { childAt, childrenOf, queryWhatsApp } from '../whatsapp-query.ts'

/** Both addresses of a person. */
type Both = { pn?: string; lid?: string }

const addressOf = (jid: string): Both => (jid.endsWith('@lid') ? { lid: bareJid(jid) } : { pn: bareJid(jid) })

/** Who is blocked, by both addresses as far as they are known. */
export const privacyBlocklist: CommandHandler<'privacy.blocklist'> = async (_services, session) => {
  const { socket, auth } = await requireConnection(session)
  const answer = await queryWhatsApp(socket, { xmlns: 'blocklist', type: 'get' })
  const items = childrenOf(childAt(answer, 'list'), 'item').flatMap(({ attrs }) => attrs.jid ?? [])
  return Promise.all(items.map((jid) => completeAddress(auth)(addressOf(jid))))
}

/** Both addresses of everybody who is to be blocked. Throws `not_on_whatsapp` naming the first whose LID WhatsApp does not know. */
const resolve = async (socket: LiveSocket, auth: AuthState, jids: readonly string[]): Promise<Both[]> => {
  const known = await Promise.all(jids.map((jid) => completeAddress(auth)(addressOf(jid))))
  const unknown = known.flatMap(({ pn, lid }) => (pn && !lid ? [pn] : []))
  const users = [...new Set(unknown)].map(byJid)
  const answers = await usync(socket, { facts: [FACTS.lid], users, context: 'background' })
  return known.map((one, at) => {
    if (one.lid) return one
    const answer = answers.find((user) => bareJid(user.attrs.jid ?? '') === one.pn)
    const lid = answer && lidIn(answer)
    if (!lid) throw fail('not_on_whatsapp', { message: `invalid JID: ${jids[at]}` })
    return { ...one, lid }
  })
}

/**
 * Blocks people or ends it. Everybody is found first, so that an unknown one changes nothing. WhatsApp takes the LID, and
 * the phone number beside it for a new entry (seen in Baileys' `updateBlockStatus`). It tells the account's other devices of the
 * change, not the one that made it, so that is announced here; when it cannot be, the caller may repeat the whole.
 */
export const privacyBlock: CommandHandler<'privacy.block'> = async ({ ctx }, session, { jids, blocked }) => {
  const { socket, auth } = await requireConnection(session)
  const people = await resolve(socket, auth, jids)
  const { tenantId, id: deviceId } = session.device()
  const action = blocked ? 'block' : 'unblock'
  for (const { pn, lid = '' } of people) {
    const attrs = { action, jid: lid, ...(blocked && pn && { pn_jid: pn }) }
    await queryWhatsApp(socket, { xmlns: 'blocklist', type: 'set', content: [{ tag: 'item', attrs }] })
    const change = { jid: lid, phone: pn && userOf(pn), lid: userOf(lid), action } as const
    await raiseSignals(ctx, { tenantId, deviceId }, blockSignals([change]))
  }
  return people
}
