import { type BinaryNode, proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { normaliseMessage } from '#domains/messages/normalise.ts'
import type { Newsletter, Post } from '#domains/newsletters/model.ts'

const words = z.object({ id: z.string().nullish(), text: z.string().nullish() }).nullish()

/** A channel as GraphQL answers and notifications have it; counts and times come as text. */
const wire = z.object({
  id: z.string(),
  state: z.object({ type: z.string().nullish() }).nullish(),
  thread_metadata: z
    .object({
      creation_time: z.coerce.number().catch(0),
      name: words,
      description: words,
      invite: z.string().nullish(),
      subscribers_count: z.coerce.number().catch(0),
      verification: z.string().nullish(),
    })
    .nullish(),
  viewer_metadata: z.object({ mute: z.string().nullish(), role: z.string().nullish() }).nullish(),
})

/** A channel in our terms. Throws a zod error for anything else. */
export const describeNewsletter = (value: unknown): Newsletter => {
  const { id, state, thread_metadata: thread, viewer_metadata: viewer } = wire.parse(value)
  return {
    jid: id,
    name: thread?.name?.text ?? '',
    description: thread?.description?.text ?? '',
    subscribers: thread?.subscribers_count ?? 0,
    invite: thread?.invite ?? '',
    state: (state?.type ?? '').toLowerCase(),
    verification: (thread?.verification ?? '').toLowerCase(),
    createdAt: thread?.creation_time ?? 0,
    nameId: thread?.name?.id ?? '',
    descriptionId: thread?.description?.id ?? '',
    role: viewer?.role?.toLowerCase(),
    muted: viewer?.mute ? viewer.mute.toUpperCase() === 'ON' : undefined,
  }
}

const childrenOf = (node: BinaryNode | undefined, tag: string): BinaryNode[] =>
  Array.isArray(node?.content) ? node.content.filter((child) => child.tag === tag) : []

const contentOf = (node: BinaryNode | undefined): proto.IMessage | undefined => {
  if (!(node?.content instanceof Uint8Array)) return undefined
  try {
    return proto.Message.decode(node.content)
  } catch {
    return undefined
  }
}

const whole = (text: string | undefined): number => {
  const value = Number(text ?? 0)
  return Number.isFinite(value) ? Math.trunc(value) : 0
}

/** A post in our terms; in updates and live notifications it has counts alone (form: whatsmeow's `parseNewsletterMessages`). */
const describePost = (node: BinaryNode): Post => {
  const message = contentOf(childrenOf(node, 'plaintext')[0])
  const content = message && normaliseMessage(message)
  const reactions = childrenOf(childrenOf(node, 'reactions')[0], 'reaction')
  const media = content?.media
  return {
    id: node.attrs.id ?? '',
    serverId: whole(node.attrs.server_id),
    kind: content?.kind ?? node.attrs.type ?? '',
    at: whole(node.attrs.t),
    text: content?.text,
    views: whole(childrenOf(node, 'views_count')[0]?.attrs.count),
    reactions: Object.fromEntries(reactions.map(({ attrs }) => [attrs.code ?? '', whole(attrs.count)])),
    media: media && {
      mimeType: media.mimeType,
      url: media.url,
      directPath: media.directPath,
      sizeBytes: media.sizeBytes,
      seconds: media.seconds,
      width: media.width,
      height: media.height,
      fileName: media.fileName,
    },
  }
}

/** The posts in a node: its own children, or those of the list inside it. */
export const describePosts = (node: BinaryNode | undefined): Post[] => {
  const list = childrenOf(node, 'messages')[0] ?? node
  return childrenOf(list, 'message').map(describePost)
}
