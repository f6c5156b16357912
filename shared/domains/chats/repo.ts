import { absent, exists } from '#data/expressions.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { messageKey } from '../messages/model.ts'
import { findMessage, type MessageRef } from '../messages/repo.ts'
import { chatChanged, labelChanged, messageLabelled, messageStarred } from './events.ts'
import { type ChangeSource, type Chat, type ChatChange, chatKey, type Label, labelKey } from './model.ts'

/** The device whose chat list it is. */
export type ChatPlace = { tenantId: string; deviceId: string }

/** How a change is written: who made it, and whether it is announced (what a first synchronisation brings is not news). */
export type ChangeOptions = { source: ChangeSource; announce?: boolean }

type ChatState = Pick<Chat, 'pinned' | 'archived' | 'mutedUntil' | 'markedUnread' | 'labels' | 'deletedAt'>

const BLANK: ChatState = { pinned: false, archived: false, mutedUntil: 0, markedUnread: false, labels: [] }

/** The state in an item, without its keys and all else. */
const stateOf = (chat: Chat | undefined): ChatState => {
  const { pinned, archived, mutedUntil, markedUnread, labels, deletedAt } = { ...BLANK, ...chat }
  return { pinned, archived, mutedUntil, markedUnread, labels, deletedAt }
}

const toggled = (list: readonly string[], entry: string, on: boolean): string[] =>
  on === list.includes(entry) ? [...list] : on ? [...list, entry] : list.filter((each) => each !== entry)

/** The state after a change; a change of any other kind brings a deleted chat back, as on the phone. */
const changed = (state: ChatState, change: ChatChange, now: string): ChatState => {
  if (change.kind === 'delete') return { ...BLANK, deletedAt: change.at ?? now }
  const { deletedAt: _gone, ...kept } = state
  if (change.kind === 'label') return { ...kept, labels: toggled(state.labels, change.labelId, change.applied) }
  const { kind: _kind, ...facts } = change
  return { ...kept, ...facts }
}

const sameState = (left: ChatState, right: ChatState): boolean =>
  left.pinned === right.pinned &&
  left.archived === right.archived &&
  left.mutedUntil === right.mutedUntil &&
  left.markedUnread === right.markedUnread &&
  left.labels.join('\n') === right.labels.join('\n') &&
  left.deletedAt === right.deletedAt

/** The state of a chat of a device. */
export const findChat = (ctx: Context, deviceId: string, jid: string): Promise<Chat | undefined> =>
  ctx.main.get<Chat>(chatKey(deviceId, jid))

/**
 * Writes a change of the chat list with its event; false when nothing changed by it. Only the task that owns the device calls
 * this, one change after another.
 */
export const recordChatChange = async (
  ctx: Context,
  place: ChatPlace,
  jid: string,
  change: ChatChange,
  { source, announce = true }: ChangeOptions,
): Promise<boolean> => {
  const key = chatKey(place.deviceId, jid)
  const known = await ctx.main.get<Chat>(key)
  const now = isoTime(ctx.clock.nowMs())
  const before = stateOf(known)
  const after = changed(before, change, now)
  if (sameState(before, after)) return false
  const facts = { source, change: change.kind, labelId: change.kind === 'label' ? change.labelId : undefined }
  await ctx.main.update(key, {
    set: { ...place, jid, ...after, updatedAt: now },
    remove: after.deletedAt === undefined ? ['deletedAt'] : [],
    events: announce ? [raise(chatChanged, ctx.clock.nowMs(), facts)] : undefined,
    returns: 'none',
  })
  return true
}

/** What history says about a chat. */
export type HistoryChat = { jid: string } & Partial<
  Pick<Chat, 'name' | 'pinned' | 'archived' | 'mutedUntil' | 'markedUnread'>
>

/** Notes a chat that history names. What app state has told about it stays: history may be older. */
export const recordHistoryChat = async (ctx: Context, place: ChatPlace, chat: HistoryChat): Promise<void> => {
  const { jid, name, ...facts } = chat
  await ctx.main.update(chatKey(place.deviceId, jid), {
    set: { ...place, jid, name },
    setIfAbsent: { ...BLANK, ...facts, updatedAt: isoTime(ctx.clock.nowMs()) },
    returns: 'none',
  })
}

/** Moves what is known of a chat from its LID to its phone number, when the two are learnt to be one. */
export const mergeChat = async (ctx: Context, place: ChatPlace, lid: string, pn: string): Promise<void> => {
  const [old, known] = await Promise.all([findChat(ctx, place.deviceId, lid), findChat(ctx, place.deviceId, pn)])
  if (!old) return
  if (!known || known.updatedAt < old.updatedAt) {
    const { name, updatedAt } = old
    await ctx.main.put({ ...chatKey(place.deviceId, pn), ...place, jid: pn, name, ...stateOf(old), updatedAt })
  }
  await ctx.main.remove(chatKey(place.deviceId, lid))
}

/** A label that exists; undefined for an unknown or deleted one. */
export const findLabel = async (ctx: Context, deviceId: string, labelId: string): Promise<Label | undefined> => {
  const label = await ctx.main.get<Label>(labelKey(deviceId, labelId))
  return label?.deleted ? undefined : label
}

/**
 * An id for a new label that nobody else gets: `label_` and the Unix second, as the DIGIGO document has it, or the next one
 * that is free. It names no label until one is written.
 */
export const reserveLabelId = async (ctx: Context, place: ChatPlace): Promise<string> => {
  const updatedAt = isoTime(ctx.clock.nowMs())
  for (let second = Math.floor(ctx.clock.nowMs() / 1000); ; second += 1) {
    const labelId = `label_${second}`
    const reserved = {
      ...labelKey(place.deviceId, labelId),
      ...place,
      labelId,
      name: '',
      color: 0,
      deleted: true,
      updatedAt,
    }
    if (await ctx.main.put(reserved, { condition: absent })) return labelId
  }
}

/** Writes a label as it is now, with its event; false when nothing changed by it. */
export const recordLabel = async (
  ctx: Context,
  place: ChatPlace,
  label: Pick<Label, 'labelId' | 'deleted'> & Partial<Pick<Label, 'name' | 'color'>>,
  { source, announce = true }: ChangeOptions,
): Promise<boolean> => {
  const key = labelKey(place.deviceId, label.labelId)
  const known = await ctx.main.get<Label>(key)
  const deleted = label.deleted === true
  const name = label.name || (known?.name ?? '')
  const color = label.color ?? known?.color ?? 0
  if (known ? known.name === name && known.color === color && (known.deleted ?? false) === deleted : deleted)
    return false
  const updatedAt = isoTime(ctx.clock.nowMs())
  await ctx.main.put(
    { ...key, ...place, labelId: label.labelId, name, color, deleted, updatedAt },
    { events: announce ? [raise(labelChanged, ctx.clock.nowMs(), { source })] : undefined },
  )
  return true
}

/** Notes the star of a stored message, with its event; a message that is not stored is left alone. */
export const recordStar = async (
  ctx: Context,
  ref: MessageRef,
  starred: boolean,
  { source, announce = true }: ChangeOptions,
): Promise<void> => {
  await ctx.main.update(messageKey(ref.tenantId, ref.conversationId, ref.messageId), {
    set: { starred },
    condition: starred
      ? { text: 'attribute_exists(#at) AND (attribute_not_exists(#starred) OR #starred = :no)', values: { no: false } }
      : { text: '#starred = :yes', values: { yes: true } },
    events: announce ? [raise(messageStarred, ctx.clock.nowMs(), { source })] : undefined,
    returns: 'none',
  })
}

/** Puts a label on a stored message, or takes it off, with its event. */
export const recordMessageLabel = async (
  ctx: Context,
  ref: MessageRef,
  { labelId, applied }: { labelId: string; applied: boolean },
  { source, announce = true }: ChangeOptions,
): Promise<void> => {
  const message = await findMessage(ctx, ref)
  const labels = message?.labels ?? []
  if (!message || labels.includes(labelId) === applied) return
  await ctx.main.update(messageKey(ref.tenantId, message.conversationId, ref.messageId), {
    set: { labels: toggled(labels, labelId, applied) },
    condition: exists,
    events: announce ? [raise(messageLabelled, ctx.clock.nowMs(), { source, labelId })] : undefined,
    returns: 'none',
  })
}
