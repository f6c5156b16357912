import { z } from 'zod'
import { joinGroup } from '#domains/groups/ask.ts'
import { inviteCode } from '#domains/groups/input.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/join',
  group: 'Group',
  summary: 'Join a group by code',
  description:
    'Answers 202 when administrators have to agree: then the request to join is sent, and the device is not in the group yet.',
  auth: ['deviceToken'],
  input: { body: z.object({ Code: inviteCode }) },
  output: z.object({ Details: z.string(), GroupJID: z.string() }),
  errors: [...groupErrors, 'invite_invalid', 'group_full'],
  needs: groupNeeds,
  examples: { body: { Code: 'HffXhYmzzyJGec61oqMXiz' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const { jid, pending } = await joinGroup(port, device, body.Code)
    if (!pending) return { Details: 'Joined group successfully', GroupJID: jid }
    const Details = 'Request to join sent: an administrator of the group has to approve it'
    return answer({ status: 202, body: { Details, GroupJID: jid } })
  },
})
