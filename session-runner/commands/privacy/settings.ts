import { fail } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, childrenOf, queryWhatsApp, refusalOf } from '../whatsapp-query.ts'

/** Values by WhatsApp's names of the categories, as WhatsApp has them now. */
const ask = async (socket: LiveSocket): Promise<Record<string, string>> => {
  const content = [{ tag: 'privacy', attrs: {} }]
  const answer = await queryWhatsApp(socket, { xmlns: 'privacy', type: 'get', content })
  const categories = childrenOf(childAt(answer, 'privacy'), 'category')
  return Object.fromEntries(categories.map(({ attrs }) => [attrs.name ?? '', attrs.value ?? '']))
}

/** Who sees what of the account. */
export const privacySettings: CommandHandler<'privacy.settings'> = async (_services, session) =>
  ask(await requireOnline(session))

/** Changes one setting. Throws `validation_failed` for a value that WhatsApp does not take for it. */
export const privacySet: CommandHandler<'privacy.set'> = async (_services, session, { category, value }) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'privacy', attrs: {}, content: [{ tag: 'category', attrs: { name: category, value } }] }]
  await queryWhatsApp(socket, { xmlns: 'privacy', type: 'set', content }).catch((error: unknown) => {
    if (refusalOf(error) === 400 || refusalOf(error) === 406) throw fail('validation_failed', { cause: error })
    throw error
  })
  // The client decides by its own copy whether it tells others that a message was read. The setting has changed in any case.
  await socket.fetchPrivacySettings(true).catch(() => undefined)
  return { [category]: value }
}

/** Names of the audiences of status posts (seen in whatsmeow's `GetStatusPrivacy`, which also takes 404 for the default). */
const CONTACTS = 'contacts'

/** Who gets the status posts of the account: `contacts`, or all but those or only those of a list (`blacklist`, `whitelist`). */
export const privacyStatusAudience: CommandHandler<'privacy.status-audience'> = async (_services, session) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'privacy', attrs: {} }]
  const answer = await queryWhatsApp(socket, { xmlns: 'status', type: 'get', content }).catch(
    (error: unknown): undefined => {
      if (refusalOf(error) !== 404) throw error
    },
  )
  const lists = childrenOf(childAt(answer, 'privacy'), 'list')
  const chosen = lists.find(({ attrs }) => attrs.default === 'true') ?? lists[0]
  return {
    audience: chosen?.attrs.type ?? CONTACTS,
    jids: childrenOf(chosen, 'user').flatMap(({ attrs }) => attrs.jid ?? []),
  }
}

/** Sets after how long messages of new chats disappear (request as in Baileys' `updateDefaultDisappearingMode`). */
export const privacyDisappearing: CommandHandler<'privacy.disappearing'> = async (_services, session, { seconds }) => {
  const socket = await requireOnline(session)
  const content = [{ tag: 'disappearing_mode', attrs: { duration: String(seconds) } }]
  await queryWhatsApp(socket, { xmlns: 'disappearing_mode', type: 'set', content })
  return { seconds }
}
