import { z } from 'zod'
import { createCommunity, type LinkOutcomes, linkGroups } from '#domains/groups/ask.ts'
import { groupJidField, groupNameField } from '#domains/groups/input.ts'
import { TOPIC_LIMIT } from '#domains/groups/model.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { toAppError } from '#kit/errors.ts'
import { communityErrors, communityNeeds, insteadOf } from './_community.ts'

/** Milliseconds for each of the two steps, so that both fit into the time a caller has. */
const STEP_MS = 12_000

const NOTHING: LinkOutcomes = { done: [], refused: [] }

/** The community is there: what goes wrong afterwards concerns its groups only. */
const none =
  (children: string[]) =>
  (error: unknown): LinkOutcomes => {
    const { code, message } = toAppError(error)
    return { done: [], refused: children.map((jid) => ({ jid, code, message })) }
  }

const failure = z.object({ group_jid: z.string(), error: z.string() })

export const operation = defineOperation({
  key: 'digigo POST /community/create',
  group: 'Community',
  summary: 'Create a community',
  description:
    'A group that could not be linked is named in `failed_groups`, with the reason; the community exists nevertheless.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      name: groupNameField('community name is required'),
      description: z.string().max(TOPIC_LIMIT, `has at most ${TOPIC_LIMIT} characters`).optional(),
      initial_groups: z
        .array(groupJidField('invalid group JID format in initial_groups'))
        .max(20, 'has at most 20 entries')
        .optional(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    community_jid: z.string(),
    name: z.string(),
    linked_groups: z.array(z.string()),
    linked_count: z.number().int(),
    failed_groups: z.array(failure).optional(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: {
    name: { missing: 'community name is required' },
    initial_groups: { wrong: 'invalid group JID format in initial_groups' },
  },
  errors: [...communityErrors, 'operation_failed'],
  needs: { ...communityNeeds, main: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      name: 'My Community',
      description: 'A community for our organization',
      initial_groups: ['120363312246943103@g.us'],
    },
  },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const { jid, name } = await insteadOf('failed to create community', () =>
      createCommunity(port, device, body.name, body.description, STEP_MS),
    )
    const children = [...new Set(body.initial_groups)]
    const work = { action: 'link' as const, parent: jid, children }
    const { done: linked, refused } =
      children.length > 0 ? await linkGroups(port, device, work, STEP_MS).catch(none(children)) : NOTHING
    const failed = refused.map(({ jid: group_jid, message }) => ({ group_jid, error: message }))
    return {
      success: true as const,
      message: 'Community created successfully',
      community_jid: jid,
      name,
      linked_groups: linked,
      linked_count: linked.length,
      ...(failed.length > 0 && { failed_groups: failed }),
    }
  },
})
