import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Device } from './model.ts'

const target = z.object({
  jid: z.string(),
  name: z.string().optional(),
  verified: z.boolean(),
  message: z.string().optional(),
  profile: z
    .object({
      email: z.string().optional(),
      address: z.string().optional(),
      description: z.string().optional(),
      websites: z.array(z.string()),
      categories: z.array(z.object({ id: z.string(), name: z.string() })),
    })
    .optional(),
})

const command = z.object({ name: z.string(), description: z.string() })

const bot = z.object({
  jid: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  commands: z.array(command),
  prompts: z.array(z.string()),
  pictureUrl: z.string().optional(),
})

/** Whom the code of a message link leads to. Throws what `ask` does, as all here. */
export const resolveLink = async (port: CommandPort, device: Device, code: string) =>
  target.parse(await ask(port, device, { type: 'business.resolve-link', code }))

/** The code of the account's own contact link; a new one in place of the one before, if asked. */
export const contactLinkCode = async (port: CommandPort, device: Device, revoke: boolean): Promise<string> =>
  z.object({ code: z.string() }).parse(await ask(port, device, { type: 'business.contact-link', revoke })).code

/** Bots that WhatsApp offers to the account. */
export const listBots = async (port: CommandPort, device: Device) =>
  z.array(bot).parse(await ask(port, device, { type: 'business.bots' }))

/** Profiles of bots by JID; a JID that is no bot's has none. */
export const describeBots = async (port: CommandPort, device: Device, jids: string[]) =>
  z.array(bot).parse(await ask(port, device, { type: 'business.bot-profiles', jids }))
