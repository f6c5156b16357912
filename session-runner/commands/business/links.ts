import { fail } from '#kit/errors.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { findBusinessProfile } from '../user/business-profile.ts'
import { childAt, queryWhatsApp, refusalOf, textOf } from '../whatsapp-query.ts'

/** Whom a business's message link leads to, and what that business says about itself (request as in whatsmeow's `ResolveBusinessMessageLink`). */
export const businessResolveLink: CommandHandler<'business.resolve-link'> = async (_services, session, { code }) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'qr', attrs: { code } }]
  const answer = await queryWhatsApp(socket, { xmlns: 'w:qr', type: 'get', content }).catch((error: unknown) => {
    if (refusalOf(error) === 404) throw fail('upstream_error', { message: 'the link leads to nobody' })
    throw error
  })
  const link = childAt(answer, 'qr')
  if (!link?.attrs.jid) throw fail('upstream_error', { message: 'the link leads to nobody' })
  const jid = bareJid(link.attrs.jid)
  const { verified_name: verifiedName, is_signed: isSigned } = childAt(link, 'business')?.attrs ?? {}
  return {
    jid,
    name: verifiedName ?? link.attrs.notify,
    verified: isSigned === 'true' || isSigned === '1',
    message: textOf(childAt(link, 'message')),
    profile: await findBusinessProfile(socket, jid),
  }
}

/** The code of the account's own contact link; a new one in place of the one before, if asked (as in whatsmeow's `GetContactQRLink`). */
export const businessContactLink: CommandHandler<'business.contact-link'> = async (_services, session, { revoke }) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'qr', attrs: { type: 'contact', action: revoke ? 'revoke' : 'get' } }]
  const answer = await queryWhatsApp(socket, { xmlns: 'w:qr', type: 'set', content })
  const code = childAt(answer, 'qr')?.attrs.code
  if (!code) throw fail('upstream_error', { message: 'WhatsApp gave no link' })
  return { code }
}
