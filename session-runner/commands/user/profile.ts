import { userOf } from '#domains/contacts/model.ts'
import { AppError } from '#kit/errors.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { findPicture } from './avatar.ts'
import { findBusinessProfile } from './business-profile.ts'
import { findRegistrations } from './check.ts'
import { describePeople } from './info.ts'

/** What is not shown, or not there, is no failure of the whole. */
const orNothing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown): undefined => {
    if (!(error instanceof AppError) || !['not_found', 'forbidden', 'upstream_error'].includes(error.code)) throw error
  })

/** Everything that WhatsApp tells about one phone number; only that it does not exist, if so. */
export const usersProfile: CommandHandler<'users.profile'> = async (_services, session, { jid: asked }) => {
  const socket = await requireOnline(session)
  const [registration] = await findRegistrations(socket, [userOf(asked)])
  if (!registration?.jid) return { exists: false, jid: asked }
  const jid = bareJid(registration.jid)
  const [people, picture, business] = await Promise.all([
    describePeople(socket, [jid]),
    orNothing(findPicture(socket, { jid, preview: false })),
    orNothing(findBusinessProfile(socket, jid)),
  ])
  const { lid, verifiedName } = registration
  return { exists: true, jid, lid, verifiedName, person: people[0], picture, business }
}
