import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { refreshPreview } from '../conversations/preview.ts'
import { applyEdit } from './edits.ts'
import type { Answer, Message, Reaction } from './model.ts'
import { messageKey } from './model.ts'
import { findMessage } from './repo.ts'

/** Reactions, and votes, that a message keeps: an item of the table has its limit. The newest stay. */
const KEPT = 200
const TRIES = 6
/** Characters of a reaction or an option that are kept. */
const WORDS = 200

type By = Reaction['by']

const whoOf = ({ direction, phone, lid, senderName }: Message): By =>
  direction === 'out' ? { me: true } : { phone, lid, name: senderName?.slice(0, WORDS) }

const isSame = (left: By, right: By): boolean =>
  left.me === true || right.me === true
    ? left.me === right.me
    : (left.phone !== undefined && left.phone === right.phone) || (left.lid !== undefined && left.lid === right.lid)

/** Whether who sent `about` wrote the target. */
const isWriter = (about: Message, target: Message): boolean =>
  about.direction === target.direction &&
  (!about.isGroup || about.direction === 'out' || isSame(whoOf(about), whoOf(target)))

/** Everybody has one place in the list; what is older than what is there changes nothing. */
const placed = <T extends { by: By; at: string }>(list: readonly T[] | undefined, by: By, at: string, entry?: T) => {
  const before = list?.find((one) => isSame(one.by, by))
  if (before && before.at > at) return undefined
  const others = (list ?? []).filter((one) => one !== before)
  return (entry ? [...others, entry] : others).slice(-KEPT)
}

const reactionsAfter = (about: Message, { reactions }: Message): Reaction[] | undefined => {
  const emoji = (about.text ?? '').slice(0, WORDS)
  const by = whoOf(about)
  const at = about.timestamp
  return placed(reactions, by, at, emoji === '' ? undefined : { by, emoji, at })
}

const answersAfter = (about: Message, { answers }: Message): Answer[] | undefined => {
  const { options, response, guests } = about.payload as { options?: string[]; response?: string; guests?: number }
  const by = whoOf(about)
  const at = about.timestamp
  const said = options ? { options: options.map((option) => option.slice(0, WORDS)) } : { response, guests }
  return placed(answers, by, at, options?.length === 0 ? undefined : { by, at, ...said })
}

/** A report of somebody who shares where he is, that follows on an earlier one; older ones that come late change nothing. */
const movedTo = (about: Message, target: Message): Partial<Message> | undefined => {
  const sequenceOf = ({ payload }: Message): number => Number(payload?.sequence ?? 0)
  if (target.payload?.live !== true || !isWriter(about, target) || sequenceOf(about) <= sequenceOf(target))
    return undefined
  return { payload: { ...target.payload, ...about.payload }, editedAt: about.timestamp }
}

/** What `about` changes of its target; undefined for nothing. */
const changeOf = (about: Message, target: Message): Partial<Message> | undefined => {
  const { payload = {} } = about
  if (payload.unreadable) return undefined
  if (about.kind === 'location') return movedTo(about, target)
  if (about.kind === 'reaction') {
    const reactions = reactionsAfter(about, target)
    return reactions && { reactions }
  }
  if (payload.vote || payload.answer) {
    const answers = answersAfter(about, target)
    return answers && { answers }
  }
  const mayRevoke = about.direction === 'out' || payload.byAdmin === true || isWriter(about, target)
  return about.kind === 'revoke' && mayRevoke && !target.revokedAt ? { revokedAt: about.timestamp } : undefined
}

type Listed = 'reactions' | 'answers' | 'payload'

const listName = (change: Partial<Message>): Listed | undefined =>
  'reactions' in change ? 'reactions' : 'answers' in change ? 'answers' : 'payload' in change ? 'payload' : undefined

/** Nobody wrote it since it was read. */
const unchanged = (name: Listed, target: Message) =>
  target[name] === undefined
    ? { text: `attribute_not_exists(#${name})` }
    : { text: `#${name} = :before`, values: { before: target[name] } }

/**
 * Changes the stored message that an edit, a deletion, a reaction, a vote or an answer is about; other messages, and those whose
 * target is not stored, change nothing. WhatsApp's servers cannot look into a message, so that it comes from who wrote the
 * target is looked at here: nobody edits what others wrote. Doing it again changes nothing. Throws when the store is out of
 * reach.
 */
export const applyToTarget = async (ctx: Context, about: Message): Promise<void> => {
  const isReport = about.kind === 'location' && about.payload?.live === true
  const targetId = isReport ? about.quotedId : about.payload?.targetId
  if (typeof targetId !== 'string' || targetId === about.messageId) return
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const target = await findMessage(ctx, { ...about, messageId: targetId })
    if (!target) return
    const ref = { tenantId: about.tenantId, conversationId: target.conversationId, messageId: targetId }
    if (about.kind === 'edit') {
      const changed = about.payload?.facts as Record<string, unknown> | undefined
      const facts = changed && { ...target.payload, ...changed }
      if (!isWriter(about, target) || about.text === undefined) return
      return applyEdit(ctx, ref, about.text, Date.parse(about.timestamp), facts)
    }
    const change = changeOf(about, target)
    if (!change) return
    const list = listName(change)
    const outcome = await ctx.main.update(messageKey(ref.tenantId, ref.conversationId, targetId), {
      set: { ...change, changedAt: isoTime(ctx.clock.nowMs()) },
      condition: list ? unchanged(list, target) : { text: 'attribute_exists(#pk)' },
      returns: 'none',
    })
    if ('item' in outcome) {
      if (change.revokedAt) await refreshPreview(ctx, { ...ref, messageId: targetId }, { kind: 'revoke', text: '' })
      return
    }
  }
  throw new Error('a message changed too often to be changed')
}
