import { proto } from '@whiskeysockets/baileys'
import { describe, mediaOf } from './content.ts'
import { ControlError } from './control-error.ts'
import { sha256 } from './crypto.ts'
import { newMessageId } from './message-id.ts'
import type { Phone } from './model.ts'
import { deliverPost, newsletterJson, notifyMex, sendLiveUpdate } from './newsletter-nodes.ts'
import type { Newsletter, NewsletterRole, Post } from './newsletter-types.ts'
import {
  addPost,
  contentOf,
  createNewsletter,
  findPost,
  follow,
  isPublisher,
  react,
  reactionCounts,
  requireNewsletter,
  roleIn,
} from './newsletters.ts'
import type { World } from './world.ts'

/** A post as the control API shows it. */
export interface PostView {
  id: string
  serverId: number
  kind: string
  text?: string
  caption?: string
  media?: { mimetype: string; size: number; sha256: string }
  views: number
  reactions: Record<string, number>
  timestamp: number
}

/** A newsletter as the control API shows it. */
export interface NewsletterView {
  id: string
  name: string
  description: string
  invite: string
  followers: { phone: string; role: NewsletterRole; muted: boolean }[]
  /** LID users who were invited as admins. */
  adminInvites: string[]
  hasPicture: boolean
  posts: PostView[]
}

/** What a phone posts: words, or an image in base64. */
export interface PostInput {
  text?: string
  image?: { base64: string; mimetype?: string; caption?: string }
  id?: string
}

function postView(post: Post): PostView {
  const { kind, text, caption, media } = describe(contentOf(post))
  return {
    id: post.id,
    serverId: post.serverId,
    kind,
    ...(text === undefined ? {} : { text }),
    ...(caption === undefined ? {} : { caption }),
    ...(media === undefined ? {} : { media }),
    views: post.views.size,
    reactions: reactionCounts(post),
    timestamp: post.at,
  }
}

function newsletterView(newsletter: Newsletter): NewsletterView {
  const { id, name, description, invite } = newsletter
  return {
    id,
    name,
    description,
    invite,
    followers: [...newsletter.followers.values()].map((follower) => ({ ...follower })),
    adminInvites: [...newsletter.adminInvites.keys()],
    hasPicture: newsletter.picture !== undefined,
    posts: newsletter.posts.map(postView),
  }
}

/** Newsletters as the people behind the simulated phones use them. */
export class NewsletterApi {
  private readonly world: World

  constructor(world: World) {
    this.world = world
  }

  private phone(number: string): Phone {
    const found = this.world.phones.get(number.replace(/\D/g, ''))
    if (!found) throw new ControlError(404, 'phone_unknown', 'There is no such phone.')
    return found
  }

  /** All newsletters. */
  list(): NewsletterView[] {
    return [...this.world.newsletters.values()].map(newsletterView)
  }

  /** A newsletter by jid or invite code. */
  get(key: string): NewsletterView {
    return newsletterView(requireNewsletter(this.world, key))
  }

  /** Opens a newsletter that the phone owns. */
  create(phone: string, name: string, description?: string): NewsletterView {
    return newsletterView(createNewsletter(this.world, this.phone(phone), name, description))
  }

  /** The phone follows a newsletter; its companions are told. */
  follow(phone: string, key: string): void {
    const found = requireNewsletter(this.world, key)
    const account = this.phone(phone)
    if (!follow(this.world, found, account)) return
    const data = { xwa2_notify_newsletter_on_join: newsletterJson(found, account) }
    notifyMex(this.world, account, 'NotificationNewsletterJoin', data)
  }

  /** The phone posts; followers' companions get it. Files of newsletters are not encrypted. */
  post(phone: string, key: string, input: PostInput): PostView {
    const { world } = this
    const found = requireNewsletter(world, key)
    const author = this.phone(phone)
    if (!isPublisher(found, author)) {
      throw new ControlError(409, 'not_a_publisher', `This phone is ${roleIn(found, author)} there and cannot post.`)
    }
    const message = proto.Message.create(this.contentOf(input))
    const media = mediaOf(message)
    const post = addPost(world, found, {
      id: input.id ?? newMessageId(),
      type: media ? 'media' : 'text',
      message: proto.Message.encode(message).finish(),
      mediaType: media?.kind,
    })
    deliverPost(world, found, post, author)
    return postView(post)
  }

  /** The phone reacts to a post; an empty code takes the reaction back. */
  react(phone: string, key: string, serverId: number, code: string): void {
    const found = requireNewsletter(this.world, key)
    if (!react(this.world, found, this.phone(phone), serverId, code)) {
      throw new ControlError(404, 'post_unknown', 'There is no such post.')
    }
    const post = findPost(found, serverId)
    if (post) sendLiveUpdate(this.world, found, post)
  }

  /** Notices that the account accepted, with the stage. */
  notices(phone: string): Record<string, string> {
    return Object.fromEntries(this.world.notices.get(this.phone(phone).phone) ?? [])
  }

  private contentOf({ text, image }: PostInput): proto.IMessage {
    if (text !== undefined) return { conversation: text }
    if (!image) throw new ControlError(400, 'no_content', 'Give the post a text or an image.')
    const bytes = Buffer.from(image.base64, 'base64')
    const directPath = this.world.media.put(bytes)
    return {
      imageMessage: {
        url: `https://${this.world.mediaHost()}${directPath}`,
        directPath,
        mimetype: image.mimetype ?? 'image/jpeg',
        caption: image.caption,
        fileSha256: sha256(bytes),
        fileLength: bytes.length,
      },
    }
  }
}
