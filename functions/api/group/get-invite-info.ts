import { z } from 'zod'
import { groupOfInvite } from '#domains/groups/ask.ts'
import { inviteCode } from '#domains/groups/input.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { showGroup, shownGroup } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { groupErrors, groupNeeds } from './_group.ts'

export const operation = defineOperation({
  key: 'digigo POST /group/inviteinfo',
  group: 'Group',
  summary: 'Look up a group invite',
  auth: ['deviceToken'],
  input: { body: z.object({ Code: inviteCode }) },
  output: z.object({ InviteInfo: shownGroup.extend({ GroupName: z.string(), GroupJID: z.string() }) }),
  errors: [...groupErrors, 'invite_invalid'],
  needs: groupNeeds,
  examples: { body: { Code: 'HffXhYmzzyJGec61oqMXiz' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const group = await groupOfInvite(port, device, body.Code)
    return { InviteInfo: { GroupName: group.name, GroupJID: group.jid, ...showGroup(group) } }
  },
})
