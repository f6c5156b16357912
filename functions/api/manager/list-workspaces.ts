import { z } from 'zod'
import { listDevices } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'manager GET /api/workspaces',
  group: 'API Documentation',
  summary: 'All workspaces',
  auth: ['managerKey'],
  input: {},
  output: z.object({ data: z.array(z.string()) }),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const devices = await listDevices(ctx, ctx.actor.tenantId)
    const names = devices.map(({ workspace }) => workspace).filter((name) => name !== undefined)
    return { data: [...new Set(names)].sort((a, b) => a.localeCompare(b)) }
  },
})
