import type { proto } from '@whiskeysockets/baileys'
import type { Command, WorkOf } from '#domains/commands/model.ts'
import type { Group, Person } from '#domains/groups/model.ts'
import type { DeviceSession, Online } from '../connection/device-session.ts'
import { askGroup, isSame } from '../groups/as-member.ts'
import { personFrom } from '../groups/nodes.ts'
import { bareJid } from '../inbound/stanza-facts.ts'
import type { RunnerServices } from '../services.ts'
import { buildMessage, type Surroundings } from './content.ts'
import { buildPost, isPost, type Post } from './newsletter-post.ts'
import { quotedOf } from './quoted.ts'

type Send = WorkOf<'message.send'>

/** A message ready to leave, and for a channel the post that it is. */
export type Composed = { message: proto.IMessage; post?: Post }

/**
 * The group a message goes to: its members, its kind and its timer matter to the content. It is mostly remembered, since the client
 * needs its members anyway. A refusal is told by the send itself.
 */
const groupFor = async (
  services: RunnerServices,
  session: DeviceSession,
  { socket }: Online,
  { to, content }: Send,
): Promise<Group | undefined> => {
  if (!to.endsWith('@g.us') || 'target' in content) return undefined
  return services.groups.get(session.id, to, () => askGroup(socket, to)).catch(() => undefined)
}

/** Whom a mention of all means; empty when the group did not say who is in it. In a chat of two there is nobody to call. */
const everybodyIn = ({ to, context }: Send, group: Group | undefined, self: Person): string[] | undefined => {
  if (!context.mentionAll || !to.endsWith('@g.us')) return undefined
  return group?.members.filter((member) => !isSame(member, self)).map(({ jid }) => jid) ?? []
}

const surroundingsOf = async (
  services: RunnerServices,
  session: DeviceSession,
  online: Online,
  command: Command,
  work: Send,
): Promise<Surroundings> => {
  const { me } = online.auth.creds
  const own = work.to.endsWith('@s.whatsapp.net') ? me?.id : (me?.lid ?? me?.id)
  const place = { tenantId: command.tenantId, conversationId: work.conversationId }
  const [quoted, group] = await Promise.all([
    quotedOf(services.ctx, place, work.context, own && bareJid(own)),
    groupFor(services, session, online, work),
  ])
  return {
    quoted,
    everybody: everybodyIn(work, group, personFrom(me?.id, me?.lid)),
    isAnnouncements: group?.isAnnouncements,
    timerSeconds: group?.ephemeralSeconds,
  }
}

/** Encodes the message of a command with what it refers to; its files are uploaded on the way. */
export const compose = async (
  services: RunnerServices,
  session: DeviceSession,
  online: Online,
  command: Command,
  work: Send,
): Promise<Composed> => {
  const ports = { s3: services.s3, bucket: services.mediaBucket, socket: online.socket }
  if (isPost(work.to)) {
    const { dispatcher } = await services.transports.of(session.device())
    const post = await buildPost(work.content, work.context, ports, dispatcher)
    return { message: post.message, post }
  }
  const around = await surroundingsOf(services, session, online, command, work)
  return { message: await buildMessage(work.content, work.context, ports, around) }
}
