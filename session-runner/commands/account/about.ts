import { fail } from '#kit/errors.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { byJid, FACTS, usync } from '../user/usync.ts'
import { childAt, queryWhatsApp, textOf } from '../whatsapp-query.ts'

/** The text about the account. */
export const accountAbout: CommandHandler<'account.about'> = async (_services, session) => {
  const socket = await requireOnline(session)
  const own = socket.authState.creds.me?.id
  if (!own) throw fail('device_not_connected')
  const users = [byJid(bareJid(own))]
  const [answer] = await usync(socket, { facts: [FACTS.status], users, context: 'interactive' })
  return { about: textOf(childAt(answer, 'status')) ?? '' }
}

/** Changes the text about the account (request as in Baileys' `updateProfileStatus`). */
export const accountSetAbout: CommandHandler<'account.set-about'> = async (_services, session, { about }) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'status', attrs: {}, content: Buffer.from(about) }]
  await queryWhatsApp(socket, { xmlns: 'status', type: 'set', content })
  return { about }
}
