import { z } from 'zod'
import { phoneOf } from '#domains/devices/model.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { devicesOf } from '#domains/guide/devices.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { ownerOf } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide GET /api/v1/devices',
  group: 'Device Management',
  summary: 'Linked devices of the token',
  description: '`device_id` is the phone number. A device whose login ended is not linked any more.',
  auth: ['matrixToken'],
  input: {},
  output: z.array(z.object({ platform: z.literal('wa'), device_id: z.string() })),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const phones = (await devicesOf(ctx, ownerOf(ctx))).filter(hasLogin).flatMap((device) => phoneOf(device) ?? [])
    return [...new Set(phones)].map((device_id) => ({ platform: 'wa' as const, device_id }))
  },
})
