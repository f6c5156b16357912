import { z } from 'zod'
import { visibleDevices } from '#domains/devices/visible.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { connectionRow, MANAGERS, rowOf } from './_connection.ts'

type Row = z.input<typeof connectionRow>

const matches = ({ name, phone, pushName, workspace }: Row, text: string): boolean =>
  [name, phone, pushName, workspace].some((value) => value.toLowerCase().includes(text))

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections',
  group: 'Connections',
  summary: 'WhatsApp connections with their state in words',
  description: 'Those the caller may see. `q` looks into name, phone number and workspace.',
  auth: MANAGERS,
  input: { query: z.object({ q: z.string().max(255).optional(), workspace: z.string().max(255).optional() }) },
  output: z.array(connectionRow),
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'read' },
  examples: { query: { q: 'shop' } },
  handler: async (ctx, { query }) => {
    const nowMs = ctx.clock.nowMs()
    const text = query.q?.trim().toLowerCase()
    return (await visibleDevices(ctx))
      .map((device) => rowOf(device, nowMs))
      .filter((row) => (!query.workspace || row.workspace === query.workspace) && (!text || matches(row, text)))
  },
})
