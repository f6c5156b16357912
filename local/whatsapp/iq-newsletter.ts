import type { Connection } from './companion.ts'
import { unixSeconds } from './events.ts'
import { type IqAnswer, IqError, type IqRequest, type IqTable } from './iq.ts'
import { parseJid } from './jid.ts'
import type { Phone } from './model.ts'
import { deliverPost, newsletterJson, notifyMex, postNode, sendLiveUpdate } from './newsletter-nodes.ts'
import type { Newsletter } from './newsletter-types.ts'
import {
  addPost,
  createNewsletter,
  findNewsletter,
  findPost,
  follow,
  inviteAdmin,
  isPublisher,
  react,
  setMuted,
  unfollow,
  view,
} from './newsletters.ts'
import { type BinaryNode, bytesOf, childOf, childrenNamed, node } from './nodes.ts'
import { persistNewsletter, persistNotices } from './persist-newsletters.ts'
import { accountOf, type World } from './world.ts'

/** A refusal inside a GraphQL answer. */
export class MexError extends Error {
  readonly code: number

  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

interface Variables {
  newsletter_id?: string
  user_id?: string
  fetch_viewer_metadata?: boolean
  input?: { name?: string; description?: string | null; key?: string }
  updates?: { name?: string; description?: string; picture?: string }
}

type Query = (request: IqRequest, variables: Variables) => [path: string, value: unknown]

function newsletterOf({ world }: IqRequest, key: string | undefined): Newsletter {
  const found = findNewsletter(world, key ?? '')
  if (!found) throw new MexError(404, 'Not Found')
  return found
}

function own(request: IqRequest, { newsletter_id: id }: Variables): Newsletter {
  const found = newsletterOf(request, id)
  if (!isPublisher(found, request.phone)) throw new MexError(403, 'Forbidden')
  return found
}

const create: Query = ({ world, phone }, { input }) => {
  if (!input?.name) throw new MexError(400, 'Bad Request')
  const made = createNewsletter(world, phone, input.name, input.description ?? '')
  return ['xwa2_newsletter_create', newsletterJson(made, phone)]
}

const join: Query = (request, { newsletter_id: id }) => {
  const { world, phone } = request
  const found = newsletterOf(request, id)
  if (follow(world, found, phone)) {
    notifyMex(world, phone, 'NotificationNewsletterJoin', {
      xwa2_notify_newsletter_on_join: newsletterJson(found, phone),
    })
  }
  return ['xwa2_newsletter_join_v2', { id: found.id, state: { type: 'ACTIVE' } }]
}

const leave: Query = (request, { newsletter_id: id }) => {
  const { world, phone } = request
  const found = newsletterOf(request, id)
  if (found.followers.get(phone.phone)?.role === 'owner') throw new MexError(405, 'Not Allowed')
  if (unfollow(world, found, phone)) {
    notifyMex(world, phone, 'NotificationNewsletterLeave', {
      xwa2_notify_newsletter_on_leave: { id: found.id, role: 'GUEST' },
    })
  }
  return ['xwa2_newsletter_leave_v2', { id: found.id, state: { type: 'ACTIVE' } }]
}

const mute =
  (muted: boolean): Query =>
  (request, { newsletter_id: id }) => {
    const { world, phone } = request
    const found = newsletterOf(request, id)
    if (!setMuted(world, found, phone, muted)) throw new MexError(403, 'Forbidden')
    const state = muted ? 'ON' : 'OFF'
    notifyMex(world, phone, 'NotificationNewsletterUserSettingChange', {
      xwa2_notify_newsletter_on_mute_change: { id: found.id, mute: state },
    })
    return [muted ? 'xwa2_newsletter_mute_v2' : 'xwa2_newsletter_unmute_v2', { id: found.id }]
  }

const update: Query = (request, variables) => {
  const found = own(request, variables)
  const { name, description, picture } = variables.updates ?? {}
  if (name !== undefined) Object.assign(found, { name, nameAt: unixSeconds() })
  if (description !== undefined) Object.assign(found, { description, descriptionAt: unixSeconds() })
  if (picture !== undefined) {
    const bytes = Buffer.from(picture, 'base64')
    Object.assign(found, picture === '' ? { picture: undefined, pictureId: undefined } : { picture: bytes })
    if (picture !== '') found.pictureId = String(Date.now())
  }
  persistNewsletter(request.world, found)
  return ['xwa2_newsletter_update', newsletterJson(found, undefined)]
}

/** Queries by the number of their persisted document: those of Baileys and, for what it has none, of whatsmeow and the web client. */
export const newsletterQueries: Record<string, Query> = {
  '8823471724422422': create,
  '6563316087068696': (request, { input, fetch_viewer_metadata: own }) => [
    'xwa2_newsletter',
    newsletterJson(newsletterOf(request, input?.key), own ? request.phone : undefined),
  ],
  '6388546374527196': ({ world, phone }) => [
    'xwa2_newsletter_subscribed',
    [...world.newsletters.values()]
      .filter(({ followers }) => followers.has(phone.phone))
      .map((newsletter) => newsletterJson(newsletter, phone)),
  ],
  '24404358912487870': join,
  '9767147403369991': leave,
  '24250201037901610': update,
  '29766401636284406': mute(true),
  '9864994326891137': mute(false),
  '9387141988078609': (request, variables) => {
    const found = own(request, variables)
    const invited = accountOf(request.world, parseJid(variables.user_id ?? '').user)
    if (!invited) throw new MexError(404, 'Not Found')
    const until = inviteAdmin(request.world, found, invited.lid)
    return ['xwa2_newsletter_admin_invite_create', { id: found.id, invite_expiration_time: String(until) }]
  },
}

function messages({ world, child }: IqRequest): IqAnswer {
  const { jid = '', count, before } = child?.attrs ?? {}
  const found = findNewsletter(world, jid)
  if (!found) throw new IqError(404, 'item-not-found')
  const older = found.posts.filter((post) => before === undefined || post.serverId < Number(before))
  const page = older.slice(-Number(count ?? 50))
  return [
    node(
      'messages',
      { jid: found.id, t: unixSeconds() },
      page.map((post) => postNode(post, true)),
    ),
  ]
}

function messageUpdates({ world, iq, child }: IqRequest): IqAnswer {
  const { count, since, after } = child?.attrs ?? {}
  const found = findNewsletter(world, iq.attrs.to ?? '')
  if (!found) throw new IqError(404, 'item-not-found')
  const changed = found.posts
    .filter((post) => after === undefined || post.serverId > Number(after))
    .filter((post) => since === undefined || post.changedAt >= Number(since))
    .slice(0, Number(count ?? 100))
  const list = node(
    'messages',
    { jid: found.id, t: unixSeconds() },
    changed.map((post) => postNode(post, false)),
  )
  return [node('message_updates', {}, [list])]
}

const LIVE_SECONDS = 300

function liveUpdates({ world, iq, phone, device }: IqRequest): IqAnswer {
  const found = findNewsletter(world, iq.attrs.to ?? '')
  if (!found) throw new IqError(404, 'item-not-found')
  world.liveUpdates.set(`${found.id}|${phone.phone}|${device.id}`, unixSeconds() + LIVE_SECONDS)
  return [node('live_updates', { duration: LIVE_SECONDS })]
}

function acceptNotice({ world, phone, child }: IqRequest): IqAnswer {
  const { id, stage } = child?.attrs ?? {}
  if (!id) throw new IqError(400, 'bad-request')
  const accepted = world.notices.get(phone.phone) ?? new Map<string, string>()
  world.notices.set(phone.phone, accepted.set(id, stage ?? ''))
  persistNotices(world, phone.phone)
  return undefined
}

/** Requests about newsletters that are no queries, and the terms that creating one asks for. */
export const newsletterRequests: IqTable = {
  'newsletter get messages': messages,
  'newsletter get message_updates': messageUpdates,
  'newsletter set live_updates': liveUpdates,
  'tos set notice': acceptNotice,
}

/**
 * Takes a message to a newsletter: a post of somebody who may write there, or a reaction. Gives the error code of a refusal,
 * or the number that the service gave the post.
 */
export function takePost(
  world: World,
  connection: Connection,
  stanza: BinaryNode,
): { error: number } | { serverId?: number } {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  const found = findNewsletter(world, stanza.attrs.to ?? '')
  if (!phone || !found) return { error: 404 }
  if (stanza.attrs.type === 'reaction') return takeReaction(world, phone, found, stanza)
  const body = childOf(stanza, 'plaintext')
  if (!isPublisher(found, phone) || !body) return { error: body ? 403 : 400 }
  const { id = '', type = 'text' } = stanza.attrs
  const message = bytesOf(body)
  const post = addPost(world, found, { id, type, message, mediaType: body.attrs.mediatype })
  deliverPost(world, found, post, phone, device)
  world.hub.emit({
    type: 'newsletter',
    phone: phone.phone,
    data: { newsletter: found.id, serverId: post.serverId, id },
  })
  return { serverId: post.serverId }
}

function takeReaction(world: World, phone: Phone, found: Newsletter, stanza: BinaryNode) {
  const serverId = Number(stanza.attrs.server_id)
  const code = childOf(stanza, 'reaction')?.attrs.code ?? ''
  if (!react(world, found, phone, serverId, code)) return { error: 404 }
  const post = findPost(found, serverId)
  if (post) sendLiveUpdate(world, found, post)
  return { serverId }
}

/** Counts the posts that a receipt of type `view` names. */
export function takeViews(world: World, phone: Phone, receipt: BinaryNode): void {
  const found = findNewsletter(world, receipt.attrs.to ?? '')
  if (!found) return
  const serverIds = childrenNamed(childOf(receipt, 'list'), 'item').map(({ attrs }) => Number(attrs.server_id))
  view(world, found, phone, serverIds)
  for (const serverId of serverIds) {
    const post = findPost(found, serverId)
    if (post) sendLiveUpdate(world, found, post)
  }
}
