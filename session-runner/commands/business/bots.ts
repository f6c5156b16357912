import type { BinaryNode } from '@whiskeysockets/baileys'
import { AppError } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { findPicture } from '../user/avatar.ts'
import { usync } from '../user/usync.ts'
import { childAt, childrenOf, queryWhatsApp, textOf } from '../whatsapp-query.ts'

/** A bot as WhatsApp's list names it. */
type Listed = { jid: string; personaId: string }

/** A bot as it describes itself. */
type Described = {
  jid: string
  name: string
  description: string
  category: string
  commands: { name: string; description: string }[]
  prompts: string[]
}

/** Bots on offer: the section of all of them (seen in Baileys' `getBotListV2`). */
const listBots = async (socket: LiveSocket): Promise<Listed[]> => {
  const answer = await queryWhatsApp(socket, {
    xmlns: 'bot',
    type: 'get',
    content: [{ tag: 'bot', attrs: { v: '2' } }],
  })
  const all = childrenOf(childAt(answer, 'bot'), 'section').filter(({ attrs }) => attrs.type === 'all')
  return all.flatMap((section) =>
    childrenOf(section, 'bot').flatMap(({ attrs }) =>
      attrs.jid ? [{ jid: bareJid(attrs.jid), personaId: attrs.persona_id ?? '' }] : [],
    ),
  )
}

/** A question about a bot's profile names its persona (seen in whatsmeow's `GetBotProfiles`; Baileys' own reading of the answer fails). */
const questionAbout = ({ jid, personaId }: Listed): BinaryNode => {
  const profile = { tag: 'profile', attrs: { persona_id: personaId } }
  return { tag: 'user', attrs: { jid }, content: [{ tag: 'bot', attrs: {}, content: [profile] }] }
}

const described = (user: BinaryNode): Described[] => {
  const profile = childAt(user, 'bot', 'profile')
  if (!profile || !user.attrs.jid) return []
  const text = (node: BinaryNode, tag: string): string => textOf(childAt(node, tag)) ?? ''
  return [
    {
      jid: bareJid(user.attrs.jid),
      name: text(profile, 'name'),
      description: text(profile, 'description'),
      category: text(profile, 'category'),
      commands: childrenOf(childAt(profile, 'commands'), 'command').map((command) => ({
        name: text(command, 'name'),
        description: text(command, 'description'),
      })),
      prompts: childrenOf(childAt(profile, 'prompts'), 'prompt').map((prompt) =>
        `${text(prompt, 'emoji')} ${text(prompt, 'text')}`.trim(),
      ),
    },
  ]
}

const describe = async (socket: LiveSocket, bots: readonly Listed[]): Promise<Described[]> => {
  const facts = [{ tag: 'bot', attrs: {}, content: [{ tag: 'profile', attrs: { v: '1' } }] }]
  const users = bots.map(questionAbout)
  return (await usync(socket, { facts, users, context: 'interactive' })).flatMap(described)
}

/** The bots that WhatsApp offers to this account. */
export const businessBots: CommandHandler<'business.bots'> = async (_services, session) => {
  const socket = await requireOnline(session)
  return describe(socket, await listBots(socket))
}

const pictureOf = async (socket: LiveSocket, { jid, personaId }: Listed): Promise<string | undefined> => {
  try {
    return (await findPicture(socket, { jid, preview: false, personaId })).url
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return undefined
  }
}

/** Profiles of bots with their pictures; a JID that is no bot's has none. */
export const businessBotProfiles: CommandHandler<'business.bot-profiles'> = async (_services, session, { jids }) => {
  const socket = await requireOnline(session)
  const listed = await listBots(socket)
  const asked = jids.map((jid) => listed.find((bot) => bot.jid === jid) ?? { jid, personaId: '' })
  const profiles = await describe(socket, asked)
  return Promise.all(
    profiles.map(async (profile) => {
      const bot = asked.find(({ jid }) => jid === profile.jid)
      return { ...profile, pictureUrl: bot && (await pictureOf(socket, bot)) }
    }),
  )
}
