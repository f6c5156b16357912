import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import type { Device } from '#domains/devices/model.ts'
import { assertCanSend } from '#domains/messages/send-rules.ts'
import { inviteCodeOf, isNewsletterJid } from '#domains/newsletters/model.ts'
import { getNewsletter } from '#domains/newsletters/newsletters.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { type ErrorCode, fail, toAppError } from '#kit/errors.ts'
import { commandPort } from '#services'

/** A channel's JID; the document calls a wrong one in two ways. */
export const channelJid = (words: 'invalid newsletter ID' | 'invalid JID') =>
  z.string().refine(isNewsletterJid, words).describe('JID of the newsletter, for example 120363025246817665@newsletter')

/** The code of an invitation, given as code or as link. */
export const inviteCode = z
  .string()
  .transform((text, context) => {
    const code = inviteCodeOf(text)
    if (code === undefined)
      context.addIssue({ code: 'custom', message: 'must be the code or the link of an invitation' })
    return code ?? z.NEVER
  })
  .describe('Invite code, or the link that ends with it')

/** The number WhatsApp gave a post. */
export const serverId = z.number().int().positive()

/** What every change answers. */
export const done = z.object({ success: z.boolean(), message: z.string() })

/** Failures that every operation on channels knows. */
export const channelErrors: readonly ErrorCode[] = [
  'unauthenticated',
  'no_session',
  'device_logged_out',
  'device_not_connected',
  'upstream_error',
  'upstream_timeout',
]

/** What an operation on channels reaches: the device, and the task that holds its connection. */
export const channelNeeds = { main: 'read', session: 'read', commands: 'send' } as const

/** The caller's device. Throws `no_session` when it has no login or is to be offline. */
export const sessionOf = async (ctx: OperationContext): Promise<Device> => {
  const device = await ownDevice(ctx, ctx.actor)
  assertCanSend(device, 'session')
  return device
}

/** The channel that an invitation leads to. Throws `operation_failed` in the document's words when it leads nowhere. */
export const invitedTo = async (device: Device, code: string): Promise<string> => {
  try {
    return (await getNewsletter(commandPort(), device, { invite: code })).jid
  } catch (error) {
    if (toAppError(error).code !== 'not_found') throw error
    throw fail('operation_failed', { message: 'error getting info', cause: error })
  }
}
