import { z } from 'zod'
import { listJoinRequests } from '#domains/groups/ask.ts'
import { groupJidField } from '#domains/groups/input.ts'
import { jidOf } from '#domains/groups/model.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { communityErrors, communityNeeds } from './_community.ts'

const request = z.object({
  jid: z.string().describe('By phone number where WhatsApp tells it, else by LID'),
  request_time: z.number().int().describe('Unix seconds'),
  lid: z.string(),
})

export const operation = defineOperation({
  key: 'digigo POST /community/requests',
  group: 'Community',
  summary: 'Pending join requests',
  auth: ['deviceToken'],
  input: { body: z.object({ group_jid: groupJidField('invalid group JID format') }) },
  output: z.object({
    success: z.literal(true),
    group_jid: z.string(),
    requests: z.array(request),
    count: z.number().int(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: { group_jid: 'invalid group JID format' },
  errors: communityErrors,
  needs: communityNeeds,
  examples: { body: { group_jid: '120363312246943103@g.us' } },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const asked = await listJoinRequests(port, device, body.group_jid)
    const requests = asked.map((one) => ({
      jid: jidOf(one) ?? one.jid,
      request_time: one.askedAt,
      lid: one.lid ? `${one.lid}@lid` : '',
    }))
    return { success: true as const, group_jid: body.group_jid, requests, count: requests.length }
  },
})
