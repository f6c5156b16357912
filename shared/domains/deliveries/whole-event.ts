import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import type { Message } from '../messages/model.ts'
import { findMessage } from '../messages/repo.ts'
import { messageFactsOf } from './payloads/message-facts.ts'

/** An event with what it left out. `mediaKey` is the object of its media, when that is there; `size` its pixels, when it has some. */
export type WholeEvent = { event: EventRecord; mediaKey?: string; size?: { width?: number; height?: number } }

/** How often and how long one attempt looks for media that is on its way, in milliseconds. */
const LOOK_EVERY_MS = 200
const LOOK_FOR_MS = 3000

/** Age of an event after which it leaves without its media: the address in it works as soon as the media is there. */
const MEDIA_WAIT_MS = 30_000

/** Whether an event names a message whose facts a receiver needs whole. */
const isPartial = (event: EventRecord): boolean => {
  if (!event.type.startsWith('message.') || event.conversationId === undefined) return false
  const isMessage = event.type === 'message.received' || event.type === 'message.sent'
  return event.data.textCut === true || (isMessage && event.data.media !== undefined)
}

/**
 * Fills in what the event left out: the whole of a long text, and the facts of media that arrived after the message. A
 * receiver gets one request per message, with its media in it, so a message whose media is still on its way waits for it
 * (`pending`), for half a minute at most.
 */
export const wholeEvent = async (
  ctx: Context,
  event: EventRecord,
  sleep: (ms: number) => Promise<void>,
): Promise<WholeEvent | 'pending'> => {
  if (!isPartial(event)) return { event }
  const ref = {
    tenantId: event.tenantId,
    conversationId: event.conversationId ?? 0,
    messageId: messageFactsOf(event).messageId,
  }
  const untilMs = ctx.clock.monotonicMs() + LOOK_FOR_MS
  for (;;) {
    const message = await findMessage(ctx, ref)
    if (!message) return { event }
    const isPending = message.media?.state === 'pending' && ctx.clock.nowMs() - Date.parse(event.at) < MEDIA_WAIT_MS
    if (!isPending) return filledIn(event, message)
    if (ctx.clock.monotonicMs() >= untilMs) return 'pending'
    await sleep(LOOK_EVERY_MS)
  }
}

const filledIn = (event: EventRecord, { text, media }: Message): WholeEvent => {
  const facts = messageFactsOf(event)
  const data = {
    ...event.data,
    text: facts.textCut ? text : facts.text,
    media: facts.media && media ? { ...facts.media, ...shown(media) } : facts.media,
  }
  const size = media && { width: media.width, height: media.height }
  return { event: { ...event, data }, mediaKey: media?.state === 'ready' ? media.key : undefined, size }
}

const shown = ({ state, mimeType, fileName, sizeBytes }: NonNullable<Message['media']>) => ({
  state,
  mimeType,
  fileName,
  sizeBytes,
})
