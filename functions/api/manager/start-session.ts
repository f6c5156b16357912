import { z } from 'zod'
import { requestOnline } from '#domains/devices/connection.ts'
import { createDevice } from '#domains/devices/create.ts'
import { type Device, defaultSettings, isOnline } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { UNNAMED } from '#domains/devices/shown-name.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { commandPort, counters } from '#services'
import { EITHER, findSession, infoOf, sessionToken } from './_session.ts'

const body = z.object({
  token: sessionToken,
  name: z.string().trim().min(1).max(255).optional().describe('Name of a new device'),
  reject_call: z.enum(['Y', 'N', 'y', 'n', '']).optional().describe('"Y" rejects calls'),
  reject_message: z.string().max(1024).optional().describe('Sent to callers that are rejected'),
})

type Wish = z.output<typeof body>

const callSettings = (wish: Wish) => ({
  ...(wish.reject_call !== undefined && { rejectCalls: wish.reject_call.toUpperCase() === 'Y' }),
  ...(wish.reject_message !== undefined && { callRejectMessage: wish.reject_message }),
})

const create = (ctx: OperationContext, wish: Wish): Promise<Device> =>
  createDevice(ctx, counters(), {
    tenantId: ctx.actor.tenantId,
    // The token is a secret, and names are part of events.
    name: wish.name ?? UNNAMED,
    token: wish.token,
    webhook: { url: '', events: ['All'], active: true, style: 'manager' },
    settings: async () => ({ ...defaultSettings(), ...callSettings(wish) }),
  })

const update = async (ctx: OperationContext, device: Device, wish: Wish): Promise<Device> => {
  const settings = { ...device.settings, ...callSettings(wish) }
  const changed = await changeDevice(ctx, device.id, { set: { settings } })
  if (!changed) throw fail('not_found')
  return changed
}

/** A token that two requests name at once is one session: the one that comes second finds it made. */
const updateOrCreate = async (ctx: OperationContext, wish: Wish): Promise<Device> => {
  const found = await findSession(ctx, wish.token)
  if (found) return update(ctx, found, wish)
  try {
    return await create(ctx, wish)
  } catch (error) {
    const isTaken = error instanceof AppError && error.code === 'token_taken'
    const made = isTaken ? await findSession(ctx, wish.token) : undefined
    if (!made) throw error
    return update(ctx, made, wish)
  }
}

export const operation = defineOperation({
  key: 'manager POST /api/start',
  group: 'API Documentation',
  summary: 'Open a session for a token',
  description: 'With an API key, an unknown token makes a new device. Has to be called before POST /api/qrcode.',
  auth: EITHER,
  input: { body },
  output: z.looseObject({ message: z.string(), state: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'token_taken'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: { body: { token: 'my-token', reject_call: 'Y', reject_message: 'Busy' } },
  handler: async (ctx, { body: wish }) => {
    const device = await updateOrCreate(ctx, wish)
    if (isOnline(device) && device.desired === 'online') return { ...infoOf(device), status: true }
    const started = await requestOnline(ctx, commandPort(), device)
    return { message: 'STARTED', state: started.state, device_id: started.number }
  },
})
