import { GetObjectCommand } from '@aws-sdk/client-s3'
import { fail } from '#kit/errors.ts'
import { groupWorkplace } from '../../groups/as-member.ts'
import { childOf } from '../../groups/nodes.ts'
import { asRefusal, GroupRefusal } from '../../groups/query.ts'
import type { RunnerServices } from '../../services.ts'
import type { CommandHandler } from '../handler.ts'
import { queryWhatsApp } from '../whatsapp-query.ts'

const NOT_ACCEPTABLE = 406

const bytesOf = async ({ s3, mediaBucket }: RunnerServices, key: string): Promise<Uint8Array> => {
  const object = await s3.send(new GetObjectCommand({ Bucket: mediaBucket, Key: key }))
  const bytes = await object.Body?.transformToByteArray()
  if (!bytes?.length) throw fail('media_invalid', { message: 'The picture is empty.' })
  return bytes
}

/**
 * Gives a group another photo, or none (whatsmeow's `SetGroupPhoto`: the server's own address, with the group as target). 406 is
 * for a picture that WhatsApp does not take.
 */
export const groupsPhoto: CommandHandler<'groups.photo'> = async (services, session, { jid, key }) => {
  const { socket, inGroup } = await groupWorkplace(services, session)
  const picture = key === undefined ? undefined : await bytesOf(services, key)
  const content = picture && [{ tag: 'picture', attrs: { type: 'image' }, content: picture }]
  const question = { xmlns: 'w:profile:picture', type: 'set', target: jid, content } as const
  const answer = await inGroup(jid, async () => {
    try {
      return await asRefusal(() => queryWhatsApp(socket, question))
    } catch (error) {
      if (!(error instanceof GroupRefusal) || error.code !== NOT_ACCEPTABLE) throw error
      throw fail('media_invalid', { message: 'WhatsApp does not take this picture.' })
    }
  })
  return { id: childOf(answer, 'picture')?.attrs.id }
}
