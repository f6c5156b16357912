import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import type { Phone } from './model.ts'
import type { Newsletter, Post } from './newsletter-types.ts'
import { reactionCounts, roleIn } from './newsletters.ts'
import { type BinaryNode, node } from './nodes.ts'
import { deliver } from './queue.ts'
import { readyDevices, stanzaId, type World } from './world.ts'

const upper = (text: string): string => text.toUpperCase()

/** Answers carry large counts and times as text. */
function pictureOf(newsletter: Newsletter): Record<string, unknown> | null {
  if (!newsletter.pictureId) return null
  return { id: newsletter.pictureId, type: 'IMAGE', direct_path: `/pictures/${encodeURIComponent(newsletter.id)}` }
}

/** A newsletter as the service describes it in its GraphQL answers (field names as whatsmeow's types have them). */
export function newsletterJson(newsletter: Newsletter, viewer: Phone | undefined): Record<string, unknown> {
  const micros = (seconds: number): string => String(seconds * 1_000_000)
  const follower = viewer && newsletter.followers.get(viewer.phone)
  return {
    id: newsletter.id,
    state: { type: 'ACTIVE' },
    thread_metadata: {
      creation_time: String(newsletter.createdAt),
      name: { id: micros(newsletter.nameAt), text: newsletter.name, update_time: micros(newsletter.nameAt) },
      description: {
        id: micros(newsletter.descriptionAt),
        text: newsletter.description,
        update_time: micros(newsletter.descriptionAt),
      },
      invite: newsletter.invite,
      handle: null,
      picture: pictureOf(newsletter),
      preview: pictureOf(newsletter),
      settings: { reaction_codes: { value: 'ALL' } },
      subscribers_count: String(newsletter.followers.size),
      verification: 'UNVERIFIED',
    },
    viewer_metadata: viewer ? { mute: follower?.muted ? 'ON' : 'OFF', role: upper(roleIn(newsletter, viewer)) } : null,
  }
}

/** Counts of a post, as pages of posts and live updates carry them. */
function countNodes(post: Post): BinaryNode[] {
  const reactions = Object.entries(reactionCounts(post)).map(([code, count]) => node('reaction', { code, count }))
  return [
    ...(post.views.size > 0 ? [node('views_count', { count: post.views.size })] : []),
    ...(reactions.length > 0 ? [node('reactions', {}, reactions)] : []),
  ]
}

/** A post inside an answer: with its content, or with its counts alone. */
export function postNode(post: Post, whole: boolean): BinaryNode {
  const head = { id: post.id, server_id: post.serverId, type: post.type, t: post.at }
  return node('message', head, [...(whole ? [plaintextNode(post)] : []), ...countNodes(post)])
}

function plaintextNode(post: Post): BinaryNode {
  return node('plaintext', { mediatype: post.mediaType }, Buffer.from(post.proto))
}

/**
 * Hands a post to every companion of the followers but the one that wrote it. That own companions are told who wrote by
 * `is_sender` is what the web client reads; it was not seen on the wire.
 */
export function deliverPost(world: World, newsletter: Newsletter, post: Post, author: Phone, except?: Device): void {
  for (const { phone: number } of newsletter.followers.values()) {
    const phone = world.phones.get(number)
    for (const device of phone?.devices.values() ?? []) {
      if (device === except) continue
      const head = {
        from: newsletter.id,
        id: post.id,
        server_id: post.serverId,
        t: post.at,
        type: post.type,
        is_sender: phone === author ? 'true' : undefined,
      }
      deliver(world, device, node('message', head, [plaintextNode(post)]))
    }
  }
}

/** Tells all companions of an account what became of a newsletter there: joined, left, muted. */
export function notifyMex(world: World, phone: Phone, op: string, data: Record<string, unknown>): void {
  for (const device of phone.devices.values()) {
    const update = node('update', { op_name: op }, Buffer.from(JSON.stringify({ data })))
    const head = { from: '@s.whatsapp.net', type: 'mex', id: stanzaId(world), t: unixSeconds() }
    deliver(world, device, node('notification', head, [update]))
  }
}

/** Sends the counts of a post to those companions that asked for live updates and whose time is not over. */
export function sendLiveUpdate(world: World, newsletter: Newsletter, post: Post): void {
  for (const phone of world.phones.values()) {
    for (const device of readyDevices(phone)) {
      const until = world.liveUpdates.get(`${newsletter.id}|${phone.phone}|${device.id}`) ?? 0
      if (until < unixSeconds()) continue
      const head = { from: newsletter.id, type: 'newsletter', id: stanzaId(world), t: unixSeconds() }
      deliver(world, device, node('notification', head, [node('live_updates', {}, [postNode(post, false)])]))
    }
  }
}
