import { z } from 'zod'
import { listGroups } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { showGroup, shownGroup } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { groupErrors, groupNeeds } from './_group.ts'

/** Participants in one answer at most: more do not fit into what a Lambda may answer (6 MB). */
const MOST_PARTICIPANTS = 25_000

export const operation = defineOperation({
  key: 'digigo GET /group/list',
  group: 'Group',
  summary: 'Groups of the account',
  auth: ['deviceToken'],
  input: { query: z.object({ ignoreParticipants: z.string().optional() }) },
  output: z.object({ Groups: z.array(shownGroup) }),
  errors: groupErrors,
  needs: groupNeeds,
  handler: async (ctx, { query }) => {
    const { port, device } = await readyDevice(ctx)
    const withParticipants = query.ignoreParticipants !== 'true'
    const groups = await listGroups(port, device, withParticipants)
    if (groups.reduce((sum, { members }) => sum + members.length, 0) > MOST_PARTICIPANTS) {
      throw fail('unprocessable', { message: 'The groups have too many participants: use ignoreParticipants=true.' })
    }
    return { Groups: groups.map((group) => showGroup(group, withParticipants)) }
  },
})
