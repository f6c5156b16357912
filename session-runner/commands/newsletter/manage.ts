import { GetObjectCommand } from '@aws-sdk/client-s3'
import { S_WHATSAPP_NET } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { fail } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'
import type { RunnerServices } from '../../services.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { describeNewsletter } from './describe.ts'
import { askServer, MEX, queryMex } from './mex.ts'

const setPicture = async (
  { s3, mediaBucket }: RunnerServices,
  socket: LiveSocket,
  jid: string,
  key: string,
): Promise<void> => {
  const object = await s3.send(new GetObjectCommand({ Bucket: mediaBucket, Key: key }))
  const picture = await object.Body?.transformToString('base64')
  await queryMex(socket, MEX.update, { newsletter_id: jid, updates: { picture, settings: null } })
}

/** Opens a channel. Its picture is set in a second step, as the web client does; the channel stays when that fails. */
export const newsletterCreate: CommandHandler<'newsletter.create'> = async (services, session, work) => {
  const socket = await requireOnline(session)
  const input = { name: work.name, description: work.description ?? null }
  const newsletter = describeNewsletter(await queryMex(socket, MEX.create, { input }))
  if (work.pictureKey === undefined) return { newsletter, pictureSet: false }
  try {
    await setPicture(services, socket, newsletter.jid, work.pictureKey)
    return { newsletter, pictureSet: true }
  } catch (error) {
    services.ctx.log.warn('picture of a new channel not set', { deviceId: session.id, error: String(error) })
    return { newsletter, pictureSet: false }
  }
}

/** Accepts terms of WhatsApp; creating channels asks for those of notice 20601218 at stage 5 (seen in whatsmeow). */
export const newsletterAcceptTerms: CommandHandler<'newsletter.accept-terms'> = async (_services, session, work) => {
  const socket = await requireOnline(session)
  await askServer(socket, {
    tag: 'iq',
    attrs: { id: socket.generateMessageTag(), type: 'set', to: S_WHATSAPP_NET, xmlns: 'tos' },
    content: [{ tag: 'notice', attrs: { id: work.noticeId, stage: work.stage } }],
  })
  return {}
}

const invited = z.object({ invite_expiration_time: z.coerce.number() })

/** Notes at WhatsApp that a person, who is named by LID, may become admin of a channel. Throws `not_on_whatsapp`. */
export const newsletterInviteAdmin: CommandHandler<'newsletter.invite-admin'> = async (_services, session, work) => {
  const socket = await requireOnline(session)
  const [found] = (await socket.onWhatsApp(work.phone)) ?? []
  if (!found?.exists) throw fail('not_on_whatsapp')
  const lid = await socket.signalRepository.lidMapping.getLIDForPN(found.jid)
  if (!lid) throw fail('upstream_error', { message: 'WhatsApp gave no LID of this number.' })
  const answer = await queryMex(socket, MEX.inviteAdmin, {
    newsletter_id: work.jid,
    user_id: lid.replace(/:\d+@/, '@'),
  })
  return { expiresAt: invited.parse(answer).invite_expiration_time }
}
