import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { childAt, queryWhatsApp } from '../whatsapp-query.ts'

/**
 * Sets the account's own picture, or takes it away. A request without target is about the own account; one without content removes
 * (seen in Baileys' `removeProfilePicture`, and in whatsmeow's `SetGroupPhoto`, which also reads the new id from the answer).
 */
export const accountSetPicture: CommandHandler<'account.set-picture'> = async (services, session, { key }) => {
  const socket = await requireOnline(session)
  const question = { xmlns: 'w:profile:picture', type: 'set' } as const
  if (key === undefined) {
    await queryWhatsApp(socket, question)
    await session.pictureChanged()
    return {}
  }
  const object = await services.s3.send(new GetObjectCommand({ Bucket: services.mediaBucket, Key: key }))
  const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array()
  const content = [{ tag: 'picture', attrs: { type: 'image' }, content: bytes }]
  const answer = await queryWhatsApp(socket, { ...question, content })
  await session.pictureChanged()
  return { id: childAt(answer, 'picture')?.attrs.id }
}
