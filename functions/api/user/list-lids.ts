import { z } from 'zod'
import { type LidMapping, listLidMappings } from '#domains/contacts/lids.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { hasLogin, unixSeconds } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

const mapping = z.object({
  id: z.number().int().describe('Digits of the LID: one number for one mapping'),
  phone: z.string(),
  lid: z.string(),
  created_at: z.number().int(),
  last_used: z.number().int().describe('The last look-up of this mapping by the API; 0 before the first'),
  usage_count: z.number().int().describe('Look-ups by the API'),
})

/** A LID has up to 15 digits, which a JSON number holds exactly. */
const idOf = (lid: string): number => Number(lid.slice(-15))

const shown = ({ phone, lid, learntAt, usedAt, useCount }: LidMapping): z.input<typeof mapping> => ({
  id: idOf(lid),
  phone: `${phone}@s.whatsapp.net`,
  lid: `${lid}@lid`,
  created_at: unixSeconds(learntAt),
  last_used: unixSeconds(usedAt),
  usage_count: useCount ?? 0,
})

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`)

export const operation = defineOperation({
  key: 'digigo GET /user/lid/mappings',
  group: 'User LID',
  summary: 'LID mappings, paged',
  description: 'In the order in which the device learnt them, so that pages stay as they are while it learns more.',
  auth: ['deviceToken'],
  input: {
    query: z.object({
      limit: whole(1, 1000).optional().describe('Mappings per page, 1 to 1000; 100 unless given'),
      offset: whole(0, 999_999_999).optional().describe('How many to leave out before the page'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    mappings: z.array(mapping),
    message: z.string(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: ['validation_failed', 'unauthenticated', 'no_session'],
  needs: { main: 'read' },
  examples: { query: { limit: '50', offset: '0' } },
  handler: async (ctx, { query: { limit = 100, offset = 0 } }) => {
    const device = await ownDevice(ctx, ctx.actor)
    if (!hasLogin(device)) throw fail('no_session')
    const all = await listLidMappings(ctx, device.id)
    return {
      success: true as const,
      total: all.length,
      limit,
      offset,
      mappings: all.slice(offset, offset + limit).map(shown),
      message: 'LID mappings retrieved successfully',
    }
  },
})
