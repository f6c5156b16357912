/** How an account stands to a newsletter. Somebody who only looks at it is a guest. */
export type NewsletterRole = 'owner' | 'admin' | 'subscriber' | 'guest'

/** One post, with what its readers did. Accounts are phone numbers. */
export interface Post {
  serverId: number
  id: string
  type: string
  /** Unix seconds. */
  at: number
  /** `Message` protobuf; empty once the post was deleted. */
  proto: Uint8Array
  mediaType?: string
  views: Set<string>
  /** Emoji by account. */
  reactions: Map<string, string>
  /** When views or reactions changed last, Unix seconds. */
  changedAt: number
}

/** A follower's own settings. */
export interface Follower {
  phone: string
  role: Exclude<NewsletterRole, 'guest'>
  muted: boolean
}

/** A channel. */
export interface Newsletter {
  id: string
  name: string
  nameAt: number
  description: string
  descriptionAt: number
  createdAt: number
  invite: string
  picture?: Buffer
  pictureId?: string
  followers: Map<string, Follower>
  posts: Post[]
  /** Who was invited as admin, by LID user, with the Unix second when that ends. */
  adminInvites: Map<string, number>
}
