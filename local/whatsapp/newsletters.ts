import { proto } from '@whiskeysockets/baileys'
import { ControlError } from './control-error.ts'
import { random } from './crypto.ts'
import { unixSeconds } from './events.ts'
import type { Phone } from './model.ts'
import type { Newsletter, NewsletterRole, Post } from './newsletter-types.ts'
import { persistNewsletter } from './persist-newsletters.ts'
import type { World } from './world.ts'

/** Days an invitation to become admin counts, as clients show it. */
const INVITE_SECONDS = 7 * 86_400

const FIRST_SERVER_ID = 100

function newNewsletterId(world: World): string {
  for (;;) {
    const id = `120363${(random(6).readUIntBE(0, 6) % 1_000_000_000_000).toString().padStart(12, '0')}@newsletter`
    if (!world.newsletters.has(id)) return id
  }
}

/** Opens a newsletter; its owner follows it. */
export function createNewsletter(world: World, owner: Phone, name: string, description = ''): Newsletter {
  const now = unixSeconds()
  const newsletter: Newsletter = {
    id: newNewsletterId(world),
    name,
    nameAt: now,
    description,
    descriptionAt: now,
    createdAt: now,
    invite: `0029Va${random(12).toString('base64url').slice(0, 16)}`,
    followers: new Map([[owner.phone, { phone: owner.phone, role: 'owner', muted: false }]]),
    posts: [],
    adminInvites: new Map(),
  }
  world.newsletters.set(newsletter.id, newsletter)
  persistNewsletter(world, newsletter)
  return newsletter
}

/** The newsletter of a jid or invite code. */
export function findNewsletter(world: World, key: string): Newsletter | undefined {
  return world.newsletters.get(key) ?? [...world.newsletters.values()].find(({ invite }) => invite === key)
}

/** The newsletter of a jid or invite code; throws a {@link ControlError} 404. */
export function requireNewsletter(world: World, key: string): Newsletter {
  const found = findNewsletter(world, key)
  if (!found) throw new ControlError(404, 'newsletter_unknown', 'There is no such newsletter.')
  return found
}

/** What an account is to a newsletter. */
export function roleIn(newsletter: Newsletter, phone: Phone): NewsletterRole {
  return newsletter.followers.get(phone.phone)?.role ?? 'guest'
}

/** True for those who may post and see admin facts. */
export function isPublisher(newsletter: Newsletter, phone: Phone): boolean {
  const role = roleIn(newsletter, phone)
  return role === 'owner' || role === 'admin'
}

/** Adds an account to the followers; false when it was one. */
export function follow(world: World, newsletter: Newsletter, phone: Phone): boolean {
  if (newsletter.followers.has(phone.phone)) return false
  newsletter.followers.set(phone.phone, { phone: phone.phone, role: 'subscriber', muted: false })
  persistNewsletter(world, newsletter)
  return true
}

/** Takes an account off the followers; false when it was none. Owners cannot leave, as in WhatsApp. */
export function unfollow(world: World, newsletter: Newsletter, phone: Phone): boolean {
  if (roleIn(newsletter, phone) === 'owner') return false
  const left = newsletter.followers.delete(phone.phone)
  if (left) persistNewsletter(world, newsletter)
  return left
}

/** Mutes or unmutes a newsletter for one follower; false when the account does not follow it. */
export function setMuted(world: World, newsletter: Newsletter, phone: Phone, muted: boolean): boolean {
  const follower = newsletter.followers.get(phone.phone)
  if (!follower) return false
  follower.muted = muted
  persistNewsletter(world, newsletter)
  return true
}

/** Notes an invitation to become admin and gives the Unix second when it ends. */
export function inviteAdmin(world: World, newsletter: Newsletter, lid: string): number {
  const until = unixSeconds() + INVITE_SECONDS
  newsletter.adminInvites.set(lid, until)
  persistNewsletter(world, newsletter)
  return until
}

/** Adds a post and gives it with its server id. */
export function addPost(
  world: World,
  newsletter: Newsletter,
  of: { id: string; type: string; message: Uint8Array; mediaType?: string },
): Post {
  const post: Post = {
    serverId: FIRST_SERVER_ID + newsletter.posts.length,
    id: of.id,
    type: of.type,
    at: unixSeconds(),
    proto: of.message,
    mediaType: of.mediaType,
    views: new Set(),
    reactions: new Map(),
    changedAt: unixSeconds(),
  }
  newsletter.posts.push(post)
  persistNewsletter(world, newsletter)
  return post
}

/** The post of a server id. */
export function findPost(newsletter: Newsletter, serverId: number): Post | undefined {
  return newsletter.posts.find((post) => post.serverId === serverId)
}

/** Sets or, with an empty code, takes back the reaction of an account. False when there is no such post. */
export function react(world: World, newsletter: Newsletter, phone: Phone, serverId: number, code: string): boolean {
  const post = findPost(newsletter, serverId)
  if (!post) return false
  if (code === '') post.reactions.delete(phone.phone)
  else post.reactions.set(phone.phone, code)
  post.changedAt = unixSeconds()
  persistNewsletter(world, newsletter)
  return true
}

/** Counts a view of an account; each account counts once. */
export function view(world: World, newsletter: Newsletter, phone: Phone, serverIds: number[]): void {
  for (const serverId of serverIds) {
    const post = findPost(newsletter, serverId)
    if (!post) continue
    post.views.add(phone.phone)
    post.changedAt = unixSeconds()
  }
  persistNewsletter(world, newsletter)
}

/** How often each emoji was given. */
export function reactionCounts(post: Post): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const code of post.reactions.values()) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** The decoded content of a post. */
export function contentOf(post: Post): proto.IMessage {
  return proto.Message.decode(post.proto)
}
