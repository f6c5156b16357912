import type { BinaryNode } from '@whiskeysockets/baileys'
import type { WorkOf } from '#domains/commands/model.ts'
import { fail } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import { bareJid } from '../../inbound/stanza-facts.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, queryWhatsApp, refusalOf } from '../whatsapp-query.ts'

type Asked = Omit<WorkOf<'users.avatar'>, 'type'>

/** A profile picture: where its file lies for a while. */
export type Picture = { id: string; url: string; type: string; directPath?: string }

/** Days for which a privacy token counts (seen in Baileys' `isTcTokenExpired`: four weeks). */
const TOKEN_SECONDS = 28 * 24 * 3600

/**
 * The privacy token that a contact gave this account; WhatsApp shows some pictures to those only that carry one (seen in Baileys'
 * `profilePictureUrl`). Never asked for with the own picture: that question stays unanswered.
 */
const tokenOf = async (socket: LiveSocket, jid: string): Promise<BinaryNode[] | undefined> => {
  const { me } = socket.authState.creds
  const isPerson = /@(s\.whatsapp\.net|lid)$/.test(jid)
  if (!isPerson || [me?.id, me?.lid].some((own) => own !== undefined && bareJid(own) === jid)) return undefined
  const lid = jid.endsWith('@lid') ? jid : ((await socket.signalRepository.lidMapping.getLIDForPN(jid)) ?? jid)
  const { [lid]: entry } = await socket.authState.keys.get('tctoken', [lid])
  const { token, timestamp } = entry ?? {}
  if (!token?.length || timestamp === undefined) return undefined
  if (Number(timestamp) < Date.now() / 1000 - TOKEN_SECONDS) return undefined
  return [{ tag: 'tctoken', attrs: { t: String(timestamp) }, content: token }]
}

/**
 * Asks for a picture. A community is asked in the groups' namespace; a common group, an invitation and a bot's persona are
 * attributes of the picture (all seen in whatsmeow's `GetProfilePictureInfo`).
 */
const ask = async (socket: LiveSocket, { jid, preview, ...more }: Asked): Promise<BinaryNode | undefined> => {
  const attrs: Record<string, string> = { query: 'url', type: preview ? 'preview' : 'image' }
  if (more.inviteCode) attrs.invite = more.inviteCode
  if (more.community) {
    const picture = { tag: 'picture', attrs: { ...attrs, parent_group_jid: jid } }
    const content = [{ tag: 'pictures', attrs: {}, content: [picture] }]
    const answer = await queryWhatsApp(socket, { xmlns: 'w:g2', type: 'get', to: jid, content })
    return childAt(answer, 'pictures', 'picture')
  }
  if (more.commonGroup) attrs.common_gid = more.commonGroup
  if (more.personaId) attrs.persona_id = more.personaId
  const content = [{ tag: 'picture', attrs, content: await tokenOf(socket, jid) }]
  const answer = await queryWhatsApp(socket, { xmlns: 'w:profile:picture', type: 'get', target: jid, content })
  return childAt(answer, 'picture')
}

/** The picture of a person or group. Throws `not_found` when there is none and `forbidden` when it is not shown to this account. */
export const findPicture = async (socket: LiveSocket, asked: Asked): Promise<Picture> => {
  const picture = await ask(socket, asked).catch((error: unknown) => {
    const refusal = refusalOf(error)
    if (refusal === 404) throw fail('not_found', { message: 'There is no profile picture.' })
    if (refusal === 401 || refusal === 403) {
      throw fail('forbidden', { message: 'The profile picture is not shown to this account.' })
    }
    throw error
  })
  const { id, url, type, direct_path: directPath } = picture?.attrs ?? {}
  if (!id || !url) throw fail('not_found', { message: 'There is no profile picture.' })
  return { id, url, type: type ?? (asked.preview ? 'preview' : 'image'), directPath }
}

/** Answers with a profile picture. */
export const usersAvatar: CommandHandler<'users.avatar'> = async (_services, session, { type: _, ...asked }) =>
  findPicture(await requireOnline(session), asked)
