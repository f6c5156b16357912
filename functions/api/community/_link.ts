import { z } from 'zod'
import { linkGroups } from '#domains/groups/ask.ts'
import { groupJidField } from '#domains/groups/input.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail, isErrorCode } from '#kit/errors.ts'
import { communityJid } from './_community.ts'

/** Which group, and which community. */
export const linkInput = z.object({
  parent_jid: communityJid('invalid parent JID format'),
  child_jid: groupJidField('invalid child JID format'),
})

/** What linking and unlinking answer. */
export const linkOutput = z.object({
  success: z.literal(true),
  message: z.string(),
  parent_jid: z.string(),
  child_jid: z.string(),
})

/** An example of both requests. */
export const linkExample = { parent_jid: '120363025246487852@g.us', child_jid: '120363312246943103@g.us' }

/** Links or unlinks, and answers with `message`. */
export const changeLink = async (
  ctx: OperationContext,
  action: 'link' | 'unlink',
  body: z.output<typeof linkInput>,
  message: string,
): Promise<z.input<typeof linkOutput>> => {
  const { port, device } = await readyDevice(ctx)
  const work = { action, parent: body.parent_jid.jid, children: [body.child_jid] }
  const [refused] = (await linkGroups(port, device, work)).refused
  if (refused) throw fail(isErrorCode(refused.code) ? refused.code : 'upstream_error', { message: refused.message })
  return { success: true, message, parent_jid: body.parent_jid.given, child_jid: body.child_jid }
}
