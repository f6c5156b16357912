import { z } from 'zod'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own PATCH /api/v1/wa-connections/{id}',
  group: 'Connections',
  summary: 'Rename a connection or move it to another workspace',
  description: 'Fields that are left out keep their value; an empty workspace takes it out of its workspace.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: {
    params: connectionParams,
    body: z.object({
      name: z.string().trim().min(1, 'must not be empty').max(255).optional(),
      workspace: z.string().trim().max(255).optional(),
    }),
  },
  output: connectionDetail,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite' },
  examples: { body: { name: 'Sales APAC' } },
  handler: async (ctx, { params, body }) => {
    const device = await requireConnection(ctx, params.id)
    const changed = await changeDevice(ctx, device.id, {
      set: {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.workspace !== undefined && { workspace: body.workspace || undefined }),
      },
    })
    if (!changed) throw fail('not_found')
    return detailOf(changed, ctx.clock.nowMs())
  },
})
