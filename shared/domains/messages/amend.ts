import type { Answer, Message, Reaction, Withdrawal } from './model.ts'

/** Reactions, and votes, that a message keeps: an item of the table has its limit. The newest stay. */
const KEPT = 200
/** Characters of a reaction or an option that are kept. */
const WORDS = 200
/** Options of a vote that are kept: polls have no more, and a vote may name any number. */
const OPTIONS = 12

type By = Reaction['by']
type What = Withdrawal['what']

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

type Entry = { by: By; at: string }

const withOne = <T extends Entry>(list: readonly T[] | undefined, by: By, entry: T | undefined): T[] => {
  const others = (list ?? []).filter((one) => !isSame(one.by, by))
  return (entry ? [...others, entry] : others).slice(-KEPT)
}

/**
 * Whether what somebody said of the target before stays, since it is newer. History tells the second of a reaction by another clock:
 * what came by itself in that second stays as well.
 */
const isPassed = (about: Message, known: Entry | undefined): boolean =>
  known !== undefined && (known.at > about.timestamp || (about.history === true && known.at === about.timestamp))

/**
 * Everybody has one place in the list, and what is older than what is there changes nothing. That somebody took his back is kept as
 * well: what he had said before may come later.
 */
const said = <T extends Entry>(
  about: Message,
  target: Message,
  what: What,
  list: readonly T[] | undefined,
  entry?: T,
) => {
  const by = whoOf(about)
  const { withdrawn = [] } = target
  const ofWhat = withdrawn.filter((one) => one.what === what)
  if ([...(list ?? []), ...ofWhat].some((one) => isSame(one.by, by) && isPassed(about, one))) return undefined
  const back = entry ? undefined : { what, by, at: about.timestamp }
  const others = withdrawn.filter((one) => one.what !== what)
  const changed = back !== undefined || ofWhat.some((one) => isSame(one.by, by))
  return {
    list: withOne(list, by, entry),
    ...(changed && { withdrawn: [...others, ...withOne(ofWhat, by, back)] }),
  }
}

const reactionsAfter = (about: Message, target: Message): Partial<Message> | undefined => {
  const emoji = (about.text ?? '').slice(0, WORDS)
  const entry = emoji === '' ? undefined : { by: whoOf(about), emoji, at: about.timestamp }
  const after = said<Reaction>(about, target, 'reaction', target.reactions, entry)
  if (!after) return undefined
  const { list: reactions, ...rest } = after
  return { reactions, ...rest }
}

const answersAfter = (about: Message, target: Message): Partial<Message> | undefined => {
  const { options, response, guests } = about.payload as { options?: string[]; response?: string; guests?: number }
  const facts = options
    ? { options: options.slice(0, OPTIONS).map((option) => option.slice(0, WORDS)) }
    : { response, guests }
  const entry = options?.length === 0 ? undefined : { by: whoOf(about), at: about.timestamp, ...facts }
  const after = said<Answer>(about, target, 'answer', target.answers, entry)
  if (!after) return undefined
  const { list: answers, ...rest } = after
  return { answers, ...rest }
}

/** A report of somebody who shares where he is, that follows on an earlier one; older ones that come late change nothing. */
const movedTo = (about: Message, target: Message): Partial<Message> | undefined => {
  const sequenceOf = ({ payload }: Message): number => Number(payload?.sequence ?? 0)
  if (target.payload?.live !== true || !isWriter(about, target) || sequenceOf(about) <= sequenceOf(target))
    return undefined
  return { payload: { ...target.payload, ...about.payload }, editedAt: about.timestamp }
}

const editedTo = (about: Message, target: Message): Partial<Message> | undefined => {
  const { text, timestamp, payload } = about
  if (!isWriter(about, target) || text === undefined) return undefined
  if (target.editedAt !== undefined && target.editedAt > timestamp) return undefined
  const facts = payload?.facts as Record<string, unknown> | undefined
  return { text, editedAt: timestamp, ...(facts && { payload: { ...target.payload, ...facts } }) }
}

const isReport = ({ kind, payload }: Message): boolean => kind === 'location' && payload?.live === true

/** The message that this one changes, or says something of that only that one's secret opens; undefined where there is none. */
export const targetOf = (about: Message): string | undefined => {
  const { kind, payload = {}, messageId } = about
  const changes = kind === 'reaction' || kind === 'edit' || kind === 'revoke'
  const isOne = changes || payload.vote === true || payload.answer === true || payload.unreadable === true
  const id = isReport(about) ? about.quotedId : isOne ? payload.targetId : undefined
  return typeof id === 'string' && id !== messageId ? id : undefined
}

/**
 * What `about` changes of its target, whatever else has been changed of it before; undefined for nothing. WhatsApp's servers cannot look
 * into a message, so that it comes from who wrote the target is looked at here: nobody edits what others wrote.
 */
export const amended = (about: Message, target: Message): Partial<Message> | undefined => {
  const { payload = {} } = about
  if (payload.unreadable) return undefined
  if (isReport(about)) return movedTo(about, target)
  if (about.kind === 'edit') return editedTo(about, target)
  if (about.kind === 'reaction') return reactionsAfter(about, target)
  if (payload.vote || payload.answer) return answersAfter(about, target)
  const mayRevoke = about.direction === 'out' || payload.byAdmin === true || isWriter(about, target)
  return about.kind === 'revoke' && mayRevoke && !target.revokedAt ? { revokedAt: about.timestamp } : undefined
}
