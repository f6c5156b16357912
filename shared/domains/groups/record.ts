import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { conversationKey } from '../conversations/model.ts'
import { noMessage } from '../messages/awaited.ts'
import { type Message, messageKey, STATUS_RANK, threadTime } from '../messages/model.ts'
import type { GroupNews } from './changes.ts'
import { groupChanged, groupJoined } from './events.ts'

type Place = { tenantId: string; deviceId: string; conversationId: number }

const nameIn = ({ change }: GroupNews): string | undefined =>
  change.kind === 'name' ? change.name : change.kind === 'join' ? change.group.name : undefined

/** A change as an entry of the group's conversation. It counts as nobody's message: nothing becomes unread by it. */
const entryOf = (place: Place, news: GroupNews, isOwn: boolean): Message => {
  const { by, atMs, jid, id } = news
  return {
    ...place,
    messageId: `G-${id}`,
    direction: isOwn ? 'out' : 'in',
    kind: 'system',
    status: 'received',
    rank: STATUS_RANK.received,
    chat: jid,
    phone: by?.phone,
    lid: by?.lid,
    participant: by?.jid,
    senderName: by?.name,
    payload: { about: 'group', change: news.change },
    isGroup: true,
    source: isOwn ? 'phone' : 'contact',
    offline: news.offline ? true : undefined,
    at: threadTime(atMs, `G-${id}`),
    timestamp: isoTime(atMs),
  }
}

/**
 * Stores a change of a group in its conversation, with its event and the conversation's new name, in one transaction. False
 * when it is stored already: redelivery changes nothing.
 */
export const recordGroupNews = async (
  ctx: Context,
  place: Place,
  news: GroupNews,
  isOwn: boolean,
): Promise<boolean> => {
  const entry = entryOf(place, news, isOwn)
  const name = nameIn(news)
  const event = raise(news.change.kind === 'join' ? groupJoined : groupChanged, ctx.clock.nowMs())
  const key = conversationKey(place.tenantId, place.conversationId)
  const outcome = await ctx.main.transact([
    {
      put: { ...messageKey(place.tenantId, place.conversationId, entry.messageId), ...entry },
      condition: noMessage,
      events: [event],
    },
    ...(name === undefined ? [] : [{ update: key, set: { name } }]),
  ])
  return outcome.ok
}
