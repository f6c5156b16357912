import { type BinaryNode, S_WHATSAPP_NET } from '@whiskeysockets/baileys'
import { fail } from '#kit/errors.ts'
import { newWaMessageId } from '#kit/ids.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'
import { describePosts } from './describe.ts'
import { askServer, refusalOf } from './mex.ts'

/** Stanzas as whatsmeow's `newsletter.go` has them; Baileys asks for updates only, and without a way to page back. */
const ask = (id: string, to: string, type: 'get' | 'set', child: BinaryNode): BinaryNode => ({
  tag: 'iq',
  attrs: { id, type, to, xmlns: 'newsletter' },
  content: [child],
})

const childOf = (node: BinaryNode, tag: string): BinaryNode | undefined =>
  Array.isArray(node.content) ? node.content.find((child) => child.tag === tag) : undefined

const given = (attrs: Record<string, number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attrs).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  )

/** A page of posts with their content. */
export const newsletterPosts: CommandHandler<'newsletter.posts'> = async (_services, session, work) => {
  const socket = await requireOnline(session)
  const { jid, count, before } = work
  const list = { tag: 'messages', attrs: { type: 'jid', jid, ...given({ count, before }) } }
  const answer = await askServer(socket, ask(socket.generateMessageTag(), S_WHATSAPP_NET, 'get', list))
  return describePosts(childOf(answer, 'messages'))
}

/** Posts whose counts changed. */
export const newsletterUpdates: CommandHandler<'newsletter.updates'> = async (_services, session, work) => {
  const socket = await requireOnline(session)
  const { jid, count, since, after } = work
  const list = { tag: 'message_updates', attrs: given({ count, since, after }) }
  const answer = await askServer(socket, ask(socket.generateMessageTag(), jid, 'get', list))
  return describePosts(childOf(answer, 'message_updates'))
}

/** Asks to be told of views and reactions as they happen, for as long as WhatsApp says. */
export const newsletterLive: CommandHandler<'newsletter.live'> = async (_services, session, { jid }) => {
  const socket = await requireOnline(session)
  const answer = await askServer(
    socket,
    ask(socket.generateMessageTag(), jid, 'set', { tag: 'live_updates', attrs: {} }),
  )
  const seconds = Number(childOf(answer, 'live_updates')?.attrs.duration)
  if (!Number.isFinite(seconds)) throw fail('upstream_error', { message: 'WhatsApp did not say how long.' })
  return { seconds }
}

/** Reacts to a post, or takes the reaction back with an empty text. WhatsApp's acknowledgement may carry its refusal. */
export const newsletterReact: CommandHandler<'newsletter.react'> = async (_services, session, work) => {
  const socket = await requireOnline(session)
  const { jid, serverId, reaction } = work
  const withdrawn = { edit: '7' }
  const answer = await askServer(socket, {
    tag: 'message',
    attrs: {
      to: jid,
      id: newWaMessageId(),
      server_id: `${serverId}`,
      type: 'reaction',
      ...(reaction === '' && withdrawn),
    },
    content: [{ tag: 'reaction', attrs: reaction === '' ? {} : { code: reaction } }],
  })
  if (answer.attrs.error) throw refusalOf(Number(answer.attrs.error))
  return {}
}

/** Counts the account's view of posts; resolves when WhatsApp has acknowledged it. */
export const newsletterView: CommandHandler<'newsletter.view'> = async (_services, session, { jid, serverIds }) => {
  const socket = await requireOnline(session)
  const items = serverIds.map((serverId) => ({ tag: 'item', attrs: { server_id: `${serverId}` } }))
  const answer = await askServer(socket, {
    tag: 'receipt',
    attrs: { to: jid, type: 'view', id: socket.generateMessageTag() },
    content: [{ tag: 'list', attrs: {}, content: items }],
  })
  if (answer.attrs.error) throw refusalOf(Number(answer.attrs.error))
  return {}
}
