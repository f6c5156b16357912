import type { BinaryNode } from '@whiskeysockets/baileys'
import type { WorkOf } from '#domains/commands/model.ts'
import { newWaMessageId } from '#kit/ids.ts'
import { askGroup, type GroupWorkplace, groupWorkplace } from '../../groups/as-member.ts'
import { GroupRefusal, groupRequest } from '../../groups/query.ts'
import type { CommandHandler } from '../handler.ts'

type Change = WorkOf<'groups.change'>['change']

const switched = (on: boolean, tags: readonly [string, string]): BinaryNode => ({
  tag: on ? tags[0] : tags[1],
  attrs: {},
})

/** The request for a change that stands alone, as whatsmeow's group.go has it; ephemeral as Baileys has it. */
const requestFor = (change: Exclude<Change, { kind: 'topic' }>): BinaryNode => {
  switch (change.kind) {
    case 'name':
      return { tag: 'subject', attrs: {}, content: Buffer.from(change.name) }
    case 'announce':
      return switched(change.on, ['announcement', 'not_announcement'])
    case 'locked':
      return switched(change.on, ['locked', 'unlocked'])
    case 'ephemeral':
      return change.seconds > 0
        ? { tag: 'ephemeral', attrs: { expiration: String(change.seconds) } }
        : { tag: 'not_ephemeral', attrs: {} }
  }
}

const CONFLICT = 409

/** A topic names the one it takes the place of (`prev`); when that is not the present one any more, it is looked up and tried again. */
const setTopic = async ({ socket, group }: GroupWorkplace, jid: string, text: string): Promise<void> => {
  const id = newWaMessageId()
  const body = [{ tag: 'body', attrs: {}, content: Buffer.from(text) }]
  const send = (prev: string | undefined) =>
    groupRequest(socket, 'set', jid, {
      tag: 'description',
      attrs: { id, ...(prev && { prev }), ...(text === '' && { delete: 'true' }) },
      content: text === '' ? undefined : body,
    })
  const before = await group(jid)
  try {
    await send(before.topic?.id)
  } catch (error) {
    if (!(error instanceof GroupRefusal) || error.code !== CONFLICT) throw error
    await send((await askGroup(socket, jid)).topic?.id)
  }
}

/** Changes name, topic or a setting of a group. */
export const groupsChange: CommandHandler<'groups.change'> = async (services, session, { jid, change }) => {
  const place = await groupWorkplace(services, session)
  await place.inGroup(jid, async () => {
    if (change.kind === 'topic') await setTopic(place, jid, change.text)
    else await groupRequest(place.socket, 'set', jid, requestFor(change))
  })
  return {}
}
