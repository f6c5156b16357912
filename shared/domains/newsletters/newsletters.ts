import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Device } from '../devices/model.ts'
import { type Newsletter, newsletter, type Post, post } from './model.ts'

/** All channels the device's account follows. Throws what `ask` does. */
export const listNewsletters = async (port: CommandPort, device: Device): Promise<Newsletter[]> =>
  z.array(newsletter).parse(await ask(port, device, { type: 'newsletter.list' }))

/** Which channel is meant: by JID, or by the code of an invitation. */
export type NewsletterKey = { jid: string } | { invite: string }

/** A channel. Throws `not_found`, and what `ask` does. */
export const getNewsletter = async (port: CommandPort, device: Device, key: NewsletterKey): Promise<Newsletter> =>
  newsletter.parse(await ask(port, device, { type: 'newsletter.info', ...key }))

const made = z.object({ newsletter, pictureSet: z.boolean() })

/** Opens a channel. `pictureSet` is false when WhatsApp took the channel but not its picture. */
export const createNewsletter = async (
  port: CommandPort,
  device: Device,
  facts: { name: string; description?: string; pictureKey?: string },
): Promise<z.infer<typeof made>> => made.parse(await ask(port, device, { type: 'newsletter.create', ...facts }))

const posts = z.array(post)

/** A page of posts, oldest first, of those before `before`. Throws `not_found`. */
export const listPosts = async (
  port: CommandPort,
  device: Device,
  page: { jid: string; count: number; before?: number },
): Promise<Post[]> => posts.parse(await ask(port, device, { type: 'newsletter.posts', ...page }))

/** Posts whose counts changed. Throws `not_found`. */
export const listUpdates = async (
  port: CommandPort,
  device: Device,
  page: { jid: string; count?: number; since?: number; after?: number },
): Promise<Post[]> => posts.parse(await ask(port, device, { type: 'newsletter.updates', ...page }))

/** Seconds for which the channel's changes are announced from now on. */
export const subscribeLive = async (port: CommandPort, device: Device, jid: string): Promise<number> =>
  z.object({ seconds: z.number() }).parse(await ask(port, device, { type: 'newsletter.live', jid })).seconds

/** Notes at WhatsApp that a person may become admin; gives the Unix second when that ends. */
export const inviteAdmin = async (port: CommandPort, device: Device, jid: string, phone: string): Promise<number> =>
  z.object({ expiresAt: z.number() }).parse(await ask(port, device, { type: 'newsletter.invite-admin', jid, phone }))
    .expiresAt
