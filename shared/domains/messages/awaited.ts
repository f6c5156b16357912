import { absent, type Condition } from '#data/expressions.ts'
import type { Item, Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { mergedWith } from '../conversations/merge.ts'
import { amended } from './amend.ts'
import { messageReceived } from './events.ts'
import { type Message, messageKey } from './model.ts'

/**
 * What is said of a message that is not here yet, or cannot be read yet, waits for it: each in an item of its own, and in the place of the
 * message an item says how many there are. Whoever stores the message finds its place taken, and only then looks for what waits: all
 * other messages cost nothing more.
 */
const AWAITED = 'awaited'

/** Above all states: no receipt raises what is no message. */
const RANK = 99

const LONGEST_KEY = 1024
const PAGE = 50

/** Items that wait and are removed in the transaction that stores their message; what there is beyond is removed behind it. */
const AT_ONCE = 80

/**
 * Bytes that wait for one message at most, each item taken as no smaller than `LEAST`: anybody may say something of an id, as often as he
 * likes, and all of it is read when the message comes, and fits into one transaction with it. What comes beyond does not wait.
 */
const MOST = 3_500_000
const LEAST = 3_500

type Ref = Pick<Message, 'tenantId' | 'conversationId' | 'messageId'>

/** What lies in the place of a message: the message itself, or what keeps the place. */
export type InPlace = Omit<Message, 'kind'> & { kind: Message['kind'] | typeof AWAITED } & Awaited

/** How much waits for a message that was not read yet: items, and their bytes. */
export type Awaited = { awaited?: number; awaitedBytes?: number }

/** Something that waits for the message `targetId`. */
export type Waiting = Item & { targetId: string; about: Message }

/** Whether only the place of a message is kept: it is no message, and nobody is to see it. */
export const isPlaceOnly = ({ kind }: { kind?: string }): boolean => kind === AWAITED

/** Whether a message is here and was read. */
export const isOpened = <T extends { kind: InPlace['kind'] }>(item: T): item is T & { kind: Message['kind'] } =>
  item.kind !== AWAITED && item.kind !== 'undecryptable'

/** Nothing is stored there, at most the place is kept. */
export const noMessage: Condition = {
  text: 'attribute_not_exists(#pk) OR #kind = :awaited',
  values: { awaited: AWAITED },
}

/** Not stored yet, or only as one that could not be opened, whose repetition takes its place; and something may still wait for it. */
const mayAwait: Condition = {
  text: `(${noMessage.text} OR #kind = :undecryptable) AND (attribute_not_exists(#awaitedBytes) OR #awaitedBytes < :most)`,
  values: { ...noMessage.values, undecryptable: 'undecryptable', most: MOST },
}

/** The place is as it was read: nothing more waits, and no message has come. */
export const asBefore = (before: Pick<InPlace, 'kind' | 'awaited'> | undefined): Condition => {
  if (!before) return absent
  const { kind, awaited } = before
  return awaited === undefined
    ? { text: '#kind = :kind AND attribute_not_exists(#awaited)', values: { kind } }
    : { text: '#kind = :kind AND #awaited = :awaited', values: { kind, awaited } }
}

/** A copy that says all that is needed; the protobuf only where it is still to be opened. */
const copyOf = (about: Message): Message => {
  const { proto: bytes, protoUntil: _until, ...rest } = about
  return about.payload?.unreadable ? { ...rest, proto: bytes } : rest
}

const prefixOf = (targetId: string): string => `W#${targetId}#`

const bytesOf = ({ proto: bytes, ...rest }: Message): number =>
  Math.max(LEAST, Buffer.byteLength(JSON.stringify(rest)) + (bytes?.length ?? 0))

/**
 * Has `about` wait for its target, once. False when the target is here and was read meanwhile: it does not wait. An id that is too long to
 * be a key is no message's, and for one that very much waits for already nothing more does.
 */
export const awaitTarget = async (ctx: Context, about: Message, target: Ref): Promise<boolean> => {
  const { tenantId, conversationId, messageId } = target
  const key = messageKey(tenantId, conversationId, messageId)
  const sk = `${prefixOf(messageId)}${about.messageId}`
  if (Buffer.byteLength(sk) > LONGEST_KEY) return true
  const place = { tenantId, deviceId: about.deviceId, conversationId, messageId, kind: AWAITED, rank: RANK }
  const copy = copyOf(about)
  const outcome = await ctx.main.transact([
    { put: { pk: key.pk, sk, targetId: messageId, about: copy }, condition: absent },
    { update: key, setIfAbsent: place, add: { awaited: 1, awaitedBytes: bytesOf(copy) }, condition: mayAwait },
  ])
  if (outcome.ok || !outcome.lost.includes(1)) return true
  const there = await ctx.main.get<InPlace>(key)
  return there?.awaitedBytes !== undefined && there.awaitedBytes >= MOST
}

/**
 * Has what waits for a message in one conversation wait for it in another one as well; gives what is left to be removed when the place has
 * moved too. Until then whoever stores the message in either finds it.
 */
export const copyWaiting = async (ctx: Context, ref: Ref, into: number): Promise<() => Promise<void>> => {
  const found = await waitingFor(ctx, ref)
  const { pk } = messageKey(ref.tenantId, into, ref.messageId)
  for (const waiting of found) {
    await ctx.main.put({ ...waiting, pk, about: { ...waiting.about, conversationId: into } })
  }
  return async () => {
    for (const { pk: left, sk } of found) await ctx.main.remove({ pk: left, sk })
  }
}

/** What waits for a message, in the order it was said in. */
export const waitingFor = async (ctx: Context, { tenantId, conversationId, messageId }: Ref): Promise<Waiting[]> => {
  const { pk } = messageKey(tenantId, conversationId, messageId)
  const found: Waiting[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Waiting>({ pk, prefix: prefixOf(messageId), limit: PAGE, startKey })
    // An id may hold the sign that ends another one.
    found.push(...page.items.filter(({ targetId }) => targetId === messageId))
    startKey = page.next
  } while (startKey)
  const placeOf = ({ about }: Waiting): string => `${about.timestamp} ${about.at}`
  return found.sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1))
}

/** Whether a message is one that only its target opens. */
export const isSealed = ({ payload, proto: bytes }: Message): boolean =>
  payload?.unreadable === true && bytes !== undefined

/**
 * Gives a message as it reads when its target is here, whose secret it may be encrypted with; the same one where it is not, or cannot be
 * opened. Only those who receive messages have one: it takes WhatsApp's protobuf.
 */
export type Opener = (ctx: Context, about: Message, target: Message) => Promise<Message>

/** Writes what a message turned out to say. `announce`: it was told as one that cannot be read. Doing it again changes nothing. */
export const noteOpened = async (ctx: Context, message: Message, announce: boolean): Promise<void> => {
  const { tenantId, conversationId, messageId, kind, text, quotedId, payload } = message
  const nowMs = ctx.clock.nowMs()
  const events = announce && !message.history ? [raise(messageReceived, nowMs)] : undefined
  const writeIn = (place: number) =>
    ctx.main.update(messageKey(tenantId, place, messageId), {
      set: { kind, text, quotedId, payload, changedAt: isoTime(nowMs) },
      condition: { text: '#payload.#unreadable = :yes', values: { yes: true } },
      events,
      returns: 'none',
    })
  const outcome = await writeIn(conversationId)
  if ('item' in outcome || outcome.lost) return
  for (const other of await mergedWith(ctx, tenantId, conversationId)) await writeIn(other)
}

/** How what waits is opened, and whether that is announced: it was told as something that cannot be read. */
export type Opening = { open: Opener; announce: boolean }

/**
 * The message with all that waited for it, in the order in which it was said; what its secret opens is stored opened by that. Without
 * an opening what is sealed changes nothing.
 */
export const withWaiting = async (
  ctx: Context,
  message: Message,
  waiting: readonly Waiting[],
  opening?: Opening,
): Promise<Message> => {
  let whole = message
  for (const { about } of waiting) {
    const opened = opening && isSealed(about) ? await opening.open(ctx, about, message) : about
    if (opened !== about) await noteOpened(ctx, opened, opening?.announce === true)
    whole = { ...whole, ...amended(opened, whole) }
  }
  return whole
}

/** The writes that remove what waited, and what is to be done when these are made. What is sealed stays without an opening. */
export const removalOf = (
  ctx: Context,
  waiting: readonly Waiting[],
  opening?: Opening,
): { writes: Write[]; rest: () => Promise<void> } => {
  const done = waiting.filter(({ about }) => opening !== undefined || !isSealed(about))
  const keys = done.map(({ pk, sk }) => ({ pk, sk }))
  return {
    writes: keys.slice(0, AT_ONCE).map((remove) => ({ remove })),
    rest: async () => {
      for (const key of keys.slice(AT_ONCE)) await ctx.main.remove(key)
    },
  }
}
