import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { commandPort } from '#services'
import { ask } from '../commands/dispatch.ts'
import type { Work } from '../commands/model.ts'
import { assertCanSend } from '../messages/send-rules.ts'
import { ownDevice } from './lookup.ts'
import type { Device } from './model.ts'

/** The device that the actor's credential stands for, if it has a session to work with. Throws what `assertCanSend` does. */
export const sessionDevice = async (ctx: Context, actor: Actor): Promise<Device> => {
  const device = await ownDevice(ctx, actor)
  assertCanSend(device, 'session')
  return device
}

/** Has the task that owns the device do something, and waits for its result. Throws what `ask` does. */
export const askDevice = (device: Device, work: Work): Promise<unknown> => ask(commandPort(), device, work)
