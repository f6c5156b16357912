import { z } from 'zod'
import { listLinkedGroups } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { communityJid } from './_community.ts'

/** Which community. */
export const linkedInput = z.object({ community_jid: communityJid('invalid community JID format') })

/** What both operations that list a community's groups answer. */
export const linkedOutput = z.object({
  success: z.literal(true),
  community_jid: z.string(),
  linked_groups: z.array(z.string()),
  count: z.number().int(),
})

/** An example of both requests. */
export const linkedExample = { community_jid: '120363025246487852@g.us' }

/** Lists the groups of a community, its announcement group among them. */
export const answerLinked = async (
  ctx: OperationContext,
  { community_jid: community }: z.output<typeof linkedInput>,
): Promise<z.input<typeof linkedOutput>> => {
  const { port, device } = await readyDevice(ctx)
  const { groups } = await listLinkedGroups(port, device, community.jid)
  const linked = groups.map(({ jid }) => jid)
  return { success: true, community_jid: community.given, linked_groups: linked, count: linked.length }
}
