import { z } from 'zod'
import { type Device, isOnline } from '#domains/devices/model.ts'
import { currentQr, qrDataUrl } from '#domains/devices/qr.ts'
import { listDevices } from '#domains/devices/repo.ts'
import { hasLogin, healthOf, isConnected, isWanted, unixSeconds } from '#domains/devices/status.ts'
import { isoTime } from '#kit/clock.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

/** The document's own sentence, without the details that other operations give. */
const invalid = (name: string) => fail('validation_failed', { message: `invalid ${name} parameter` })

const whole = (text: string, name: string, least: number, most: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw invalid(name)
}

const flag = (text: string, name: string): boolean => {
  if (/^(true|1)$/i.test(text)) return true
  if (/^(false|0)$/i.test(text)) return false
  throw invalid(name)
}

const instance = z.object({
  id: z.string(),
  name: z.string(),
  jid: z.string(),
  qrcode: z.string().describe('PNG data URL; empty when connected and logged in'),
  qrcode_text: z.string(),
  connected: z.boolean(),
  loggedIn: z.boolean(),
  hasClient: z.boolean(),
  connectionHealth: z.enum(['connected', 'connected_not_logged', 'disconnected', 'no_client']),
  lastSuccessfulConnect: z.number().int(),
  autoReconnectErrors: z.number().int(),
  enableAutoReconnect: z.boolean(),
  source: z.enum(['runtime', 'database']),
  timestamp: z.string(),
})

const statusOf = async (device: Device, nowMs: number): Promise<z.input<typeof instance>> => {
  const code = currentQr(device, nowMs)
  return {
    id: device.id,
    name: device.name,
    jid: device.jid ?? '',
    qrcode: code === undefined ? '' : await qrDataUrl(code),
    qrcode_text: code ?? '',
    connected: isConnected(device),
    loggedIn: hasLogin(device),
    hasClient: isWanted(device) || isOnline(device),
    connectionHealth: healthOf(device),
    lastSuccessfulConnect: unixSeconds(device.lastConnectedAt),
    autoReconnectErrors: device.reconnectAttempts ?? 0,
    enableAutoReconnect: isWanted(device),
    source: isWanted(device) ? 'runtime' : 'database',
    timestamp: isoTime(nowMs),
  }
}

export const operation = defineOperation({
  key: 'digigo GET /admin/instances/status',
  group: 'Admin',
  summary: 'Paged connection status of all instances',
  auth: ['adminToken'],
  input: {
    query: z.object({
      limit: z.string().default('200').describe('Instances per page, 1 to 1000'),
      offset: z.string().default('0').describe('How many to leave out before the page'),
      ids: z.string().optional().describe('Comma-separated ids, for these instances only'),
      include_total: z.string().default('false').describe('`true` adds how many there are to the pagination'),
    }),
  },
  output: z.object({
    data: z.array(instance),
    pagination: z.object({
      limit: z.number().int(),
      offset: z.number().int(),
      has_more: z.boolean(),
      next_offset: z.number().int().nullable(),
      total: z.number().int().optional(),
    }),
  }),
  envelope: 'merged',
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'read' },
  examples: { query: { limit: '200', offset: '0' } },
  handler: async (ctx, { query }) => {
    const limit = whole(query.limit, 'limit', 1, 1000)
    const offset = whole(query.offset, 'offset', 0, 999_999_999)
    const withTotal = flag(query.include_total, 'include_total')
    const wanted = query.ids === undefined ? undefined : new Set(query.ids.split(',').map((id) => id.trim()))
    const all = await listDevices(ctx, ctx.actor.tenantId)
    const devices = wanted ? all.filter(({ id }) => wanted.has(id)) : all
    const page = devices.slice(offset, offset + limit)
    const more = offset + limit < devices.length
    return {
      data: await Promise.all(page.map((device) => statusOf(device, ctx.clock.nowMs()))),
      pagination: {
        limit,
        offset,
        has_more: more,
        next_offset: more ? offset + limit : null,
        ...(withTotal && { total: devices.length }),
      },
    }
  },
})
