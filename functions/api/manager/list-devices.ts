import { z } from 'zod'
import { tokenOf } from '#domains/devices/lookup.ts'
import { type Device, isOnline, phoneOf } from '#domains/devices/model.ts'
import { listDevices } from '#domains/devices/repo.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'

const whole = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1')
    .transform((text) => Math.min(most, Number(text)))

const row = z.object({
  token: z.string(),
  name: z.string(),
  phone: z.string(),
  status: z.enum(['AUTHENTICATED', 'DISCONNECTED']),
  state: z.string(),
  workspace: z.string(),
  webhook: z.string(),
  device_id: z.number().int(),
  created_at: z.string(),
})

const rowOf = async (device: Device): Promise<z.input<typeof row>> => ({
  token: await tokenOf(device),
  name: device.pushName ?? device.name,
  phone: (hasLogin(device) && phoneOf(device)) || '',
  status: isOnline(device) ? 'AUTHENTICATED' : 'DISCONNECTED',
  state: device.state,
  workspace: device.workspace ?? '',
  webhook: device.webhook?.url ?? '',
  device_id: device.number,
  created_at: device.createdAt,
})

const matches = (found: z.input<typeof row>, text: string): boolean =>
  [found.token, found.name, found.phone, found.workspace].some((value) => value.toLowerCase().includes(text))

export const operation = defineOperation({
  key: 'manager GET /api/devices',
  group: 'API Documentation',
  summary: 'Paged list of devices',
  description: '`q` looks into token, name, phone number and workspace.',
  auth: ['managerKey'],
  input: {
    query: z.object({
      page: whole(1_000_000).default(1),
      limit: whole(100).default(10),
      q: z.string().optional(),
      workspace: z.string().optional(),
    }),
  },
  output: z.object({
    page: z.number().int(),
    limit: z.number().int(),
    total: z.number().int(),
    pages: z.number().int(),
    data: z.array(row),
  }),
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'read' },
  examples: { query: { page: '1', limit: '10' } },
  handler: async (ctx, { query }) => {
    const { page, limit, workspace } = query
    const text = query.q?.trim().toLowerCase()
    const devices = (await listDevices(ctx, ctx.actor.tenantId)).filter(
      (device) => !workspace || device.workspace === workspace,
    )
    const rows = text ? (await Promise.all(devices.map(rowOf))).filter((found) => matches(found, text)) : undefined
    const total = rows?.length ?? devices.length
    const from = (page - 1) * limit
    const data = rows?.slice(from, from + limit) ?? (await Promise.all(devices.slice(from, from + limit).map(rowOf)))
    return { page, limit, total, pages: Math.ceil(total / limit), data }
  },
})
