import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { commandPort } from '#services'
import type { CommandPort } from '../commands/dispatch.ts'
import { ownDevice } from '../devices/lookup.ts'
import type { Device } from '../devices/model.ts'
import { assertCanSend } from '../messages/send-rules.ts'

/** The device of the credential, ready to be asked, and the way to it. Throws `unauthenticated`, `no_session` or `device_not_connected`. */
export const readyDevice = async (ctx: Context & { actor: Actor }): Promise<{ port: CommandPort; device: Device }> => {
  const device = await ownDevice(ctx, ctx.actor)
  assertCanSend(device, 'session')
  return { port: commandPort(), device }
}
