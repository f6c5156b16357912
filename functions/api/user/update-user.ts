import { z } from 'zod'
import { changeIdentity } from '#domains/devices/identity.ts'
import { ownDevice, tokenOf } from '#domains/devices/lookup.ts'
import { endSocketsOfDevice } from '#domains/sessions/end.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { refuse } from './_live.ts'

const NAME_MOST = 255
const TOKEN_LEAST = 8
const TOKEN_MOST = 255

const checkedName = (name: string): string => {
  const trimmed = name.trim()
  if (trimmed === '') throw refuse('Name cannot be empty')
  if (trimmed.length > NAME_MOST) throw refuse(`Name too long (max ${NAME_MOST} characters)`)
  return trimmed
}

/** A token travels as a header, so it holds what headers can. */
const checkedToken = (token: string): string => {
  if (token.length < TOKEN_LEAST) throw refuse(`Token too short (min ${TOKEN_LEAST} characters)`)
  if (token.length > TOKEN_MOST) throw refuse(`Token too long (max ${TOKEN_MOST} characters)`)
  if (!/^[!-~]+$/.test(token)) throw refuse('Token has characters other than visible ASCII')
  return token
}

const inWords = (error: unknown): unknown => {
  if (!(error instanceof AppError)) return error
  if (error.code === 'token_taken') return fail('token_taken', { message: 'Token already in use' })
  if (error.code !== 'conflict') return error
  return fail('conflict', { message: 'Profile was modified by another request. Please try again' })
}

export const operation = defineOperation({
  key: 'digigo POST /user/update',
  group: 'User',
  summary: 'Change own API name and/or token',
  description:
    'The old token stops working with the answer, and what was opened with it is closed. At least one of the two has to differ from what it is now.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      name: z.string().optional().describe('1 to 255 characters'),
      token: z.string().optional().describe('At least 8 characters, unique'),
    }),
  },
  output: z.object({ id: z.string(), name: z.string(), token: z.string(), message: z.string() }),
  refusals: { body: 'Invalid JSON' },
  errors: ['validation_failed', 'unauthenticated', 'token_taken', 'conflict'],
  needs: { main: 'readWrite', sockets: 'push' },
  examples: { body: { name: 'John Doe Updated', token: 'new_secure_token_12345678' } },
  handler: async (ctx, { body }) => {
    const name = body.name === undefined ? undefined : checkedName(body.name)
    const token = body.token === undefined ? undefined : checkedToken(body.token)
    const device = await ownDevice(ctx, ctx.actor)
    // Another request may have replaced the token since this one was let in.
    if (device.tokenHash !== ctx.actor.tokenHash) throw fail('unauthenticated')
    const current = await tokenOf(device)
    const change = { name: name === device.name ? undefined : name, token: token === current ? undefined : token }
    if (change.name === undefined && change.token === undefined) throw refuse('No changes detected')
    await changeIdentity(ctx, device, change).catch((error: unknown) => {
      throw inWords(error)
    })
    if (change.token !== undefined) await endSocketsOfDevice(ctx, device.tenantId, device.id)
    const message = 'Profile updated successfully'
    return { id: device.id, name: change.name ?? device.name, token: change.token ?? current, message }
  },
})
