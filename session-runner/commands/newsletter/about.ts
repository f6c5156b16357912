import { z } from 'zod'
import type { Newsletter } from '#domains/newsletters/model.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { describeNewsletter } from './describe.ts'
import { MEX, queryMex } from './mex.ts'

/** All channels the account follows. */
export const newsletterList: CommandHandler<'newsletter.list'> = async (_services, session) => {
  const socket = await requireOnline(session)
  const found = z.array(z.unknown()).parse(await queryMex(socket, MEX.subscribed, {}))
  return found.map(describeNewsletter)
}

/** A channel as the account sees it. */
const fetchInfo = async (socket: LiveSocket, key: { jid?: string; invite?: string }): Promise<Newsletter> => {
  const input = key.jid === undefined ? { key: key.invite, type: 'INVITE' } : { key: key.jid, type: 'JID' }
  const variables = { fetch_creation_time: true, fetch_full_image: true, fetch_viewer_metadata: true, input }
  return describeNewsletter(await queryMex(socket, MEX.info, variables))
}

/** A channel by JID or by the code of an invitation. */
export const newsletterInfo: CommandHandler<'newsletter.info'> = async (_services, session, { jid, invite }) =>
  fetchInfo(await requireOnline(session), { jid, invite })

/** Follows a channel. */
export const newsletterFollow: CommandHandler<'newsletter.follow'> = async (_services, session, { jid }) => {
  await queryMex(await requireOnline(session), MEX.follow, { newsletter_id: jid })
  return {}
}

/** Leaves a channel. */
export const newsletterUnfollow: CommandHandler<'newsletter.unfollow'> = async (_services, session, { jid }) => {
  await queryMex(await requireOnline(session), MEX.unfollow, { newsletter_id: jid })
  return {}
}

/** Mutes or unmutes a channel. */
export const newsletterMute: CommandHandler<'newsletter.mute'> = async (_services, session, { jid, mute }) => {
  await queryMex(await requireOnline(session), mute ? MEX.mute : MEX.unmute, { newsletter_id: jid })
  return {}
}
