import { z } from 'zod'
import type { Follower, Newsletter, Post } from './newsletter-types.ts'
import type { World } from './world.ts'

const b64 = (data: Uint8Array): string => Buffer.from(data).toString('base64')
const bytes = z.string().transform((text) => Buffer.from(text, 'base64'))

const storedPost = z.object({
  serverId: z.number(),
  id: z.string(),
  type: z.string(),
  at: z.number(),
  proto: bytes,
  mediaType: z.string().optional(),
  views: z.array(z.string()),
  reactions: z.array(z.tuple([z.string(), z.string()])),
  changedAt: z.number(),
})

const storedNewsletter = z.object({
  id: z.string(),
  name: z.string(),
  nameAt: z.number(),
  description: z.string(),
  descriptionAt: z.number(),
  createdAt: z.number(),
  invite: z.string(),
  picture: bytes.optional(),
  pictureId: z.string().optional(),
  followers: z.array(
    z.object({ phone: z.string(), role: z.enum(['owner', 'admin', 'subscriber']), muted: z.boolean() }),
  ),
  posts: z.array(storedPost),
  adminInvites: z.array(z.tuple([z.string(), z.number()])),
})

const storedNotices = z.array(z.tuple([z.string(), z.string()]))

/** Keeps a newsletter with its posts. */
export function persistNewsletter(world: World, newsletter: Newsletter): void {
  world.journal.mark(`newsletter/${newsletter.id}`, () => {
    const { posts, picture, followers, adminInvites, ...rest } = newsletter
    if (world.newsletters.get(newsletter.id) !== newsletter) return undefined
    return {
      ...rest,
      picture: picture && b64(picture),
      followers: [...followers.values()],
      adminInvites: [...adminInvites],
      posts: posts.map((post) => ({
        ...post,
        proto: b64(post.proto),
        views: [...post.views],
        reactions: [...post.reactions],
      })),
    }
  })
}

/** Keeps the notices that an account accepted. */
export function persistNotices(world: World, phone: string): void {
  world.journal.mark(`notices/${phone}`, () => [...(world.notices.get(phone) ?? [])])
}

/** Puts a newsletter back. */
export function loadNewsletter(world: World, _rest: string[], value: unknown): void {
  const stored = storedNewsletter.parse(value)
  const posts = stored.posts.map(
    (post): Post => ({ ...post, views: new Set(post.views), reactions: new Map(post.reactions) }),
  )
  const followers = new Map(stored.followers.map((follower: Follower) => [follower.phone, follower]))
  world.newsletters.set(stored.id, { ...stored, posts, followers, adminInvites: new Map(stored.adminInvites) })
}

/** Puts the accepted notices of an account back. */
export function loadNotices(world: World, [phone = '']: string[], value: unknown): void {
  world.notices.set(phone, new Map(storedNotices.parse(value)))
}
