import { z } from 'zod'
import { decideJoinRequests } from '#domains/groups/ask.ts'
import { groupJidField, peopleField, peopleJids } from '#domains/groups/input.ts'
import { jidOf } from '#domains/groups/model.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { reasonOf } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { communityErrors, communityNeeds } from './_community.ts'

const DONE = { approve: 'approved', reject: 'rejected' } as const

/** WhatsApp's code for somebody who did not ask to join. */
const NOT_ASKED = 404

const failure = z.object({ jid: z.string(), error: z.number().int(), reason: z.string() })

export const operation = defineOperation({
  key: 'digigo POST /community/requests/update',
  group: 'Community',
  summary: 'Approve or reject join requests',
  description: '`participants` are those it worked for; `failed` the others, with the reason.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      group_jid: groupJidField('invalid group JID format'),
      action: z.enum(['approve', 'reject'], "invalid action. Use 'approve' or 'reject'"),
      participants: peopleField('participants list is required'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    group_jid: z.string(),
    action: z.enum(['approve', 'reject']),
    processed_count: z.number().int(),
    participants: z.array(z.string()),
    failed: z.array(failure).optional(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: {
    group_jid: 'invalid group JID format',
    action: "invalid action. Use 'approve' or 'reject'",
    participants: { missing: 'participants list is required' },
  },
  errors: [...communityErrors, 'not_found'],
  needs: communityNeeds,
  examples: {
    body: {
      group_jid: '120363312246943103@g.us',
      action: 'approve',
      participants: ['5491155553934@s.whatsapp.net', '5521971532700@s.whatsapp.net'],
    },
  },
  handler: async (ctx, { body }) => {
    const { action, group_jid } = body
    const people = peopleJids(body.participants, 'participants')
    const { port, device } = await readyDevice(ctx)
    const { done, refused } = await decideJoinRequests(port, device, group_jid, action, people)
    const failed = refused.map((who) => ({
      jid: jidOf(who) ?? who.jid,
      error: who.error,
      reason: who.error === NOT_ASKED ? 'The participant did not ask to join.' : reasonOf(who.error),
    }))
    if (done.length === 0) {
      const isUnknown = failed.every(({ error }) => error === NOT_ASKED)
      const message = isUnknown ? 'None of them asked to join.' : (failed[0]?.reason ?? 'WhatsApp refused it.')
      throw fail(isUnknown ? 'not_found' : 'unprocessable', { message })
    }
    return {
      success: true as const,
      message: `Successfully ${DONE[action]} ${done.length} join request(s)`,
      group_jid,
      action,
      processed_count: done.length,
      participants: done.map((who) => jidOf(who) ?? who.jid),
      ...(failed.length > 0 && { failed }),
    }
  },
})
