import type { S3Client } from '@aws-sdk/client-s3'
import { proto } from '@whiskeysockets/baileys'
import { exists, type Key } from '#data/expressions.ts'
import type { Table } from '#data/table.ts'
import { messageMediaFailed, messageMediaReady } from '#domains/messages/events.ts'
import { type Message, type MessageMedia, messageKey } from '#domains/messages/model.ts'
import { normaliseMessage } from '#domains/messages/normalise.ts'
import type { MediaSource } from '#domains/messages/normalise-media.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import type { Metrics } from '../metrics.ts'
import { askAgain, Interrupted, type MediaJob } from './media-again.ts'
import { MediaMismatch } from './media-cipher.ts'
import { Gone, type IsMediaHost } from './media-host.ts'
import { deadlineOf, MEDIA_LIMITS, type MediaLimits, TooLarge, TooLate, transferMedia } from './media-transfer.ts'

type MediaOptions = {
  ctx: Context
  session: Table
  s3: S3Client
  bucket: string
  metrics: Metrics
  isMediaHost: IsMediaHost
  /** Those of WhatsApp unless said otherwise. */
  limits?: MediaLimits
}

const AT_ONCE = 6
const TRIES = 3

/** Object of a message's media in the media bucket. */
const mediaObjectKey = (message: Pick<Message, 'tenantId' | 'conversationId' | 'messageId'>): string =>
  `inbound/${message.tenantId}/${message.conversationId}/${message.messageId}`

const markerKey = (message: Message): Key => ({
  pk: `MP#${message.deviceId}`,
  sk: `${message.conversationId}#${message.messageId}`,
})

/** What a download that did not succeed leaves with its message. */
const outcomeOf = (error: unknown): Pick<MessageMedia, 'state' | 'error'> => {
  if (error instanceof Gone) return { state: 'expired', error: 'WhatsApp does not hold the file any more.' }
  if (error instanceof TooLarge) return { state: 'failed', error: 'The file is larger than is taken.' }
  if (error instanceof TooLate) return { state: 'failed', error: 'The file could not be fetched in time.' }
  if (error instanceof MediaMismatch)
    return { state: 'failed', error: 'The file is not the one that the message names.' }
  return { state: 'failed', error: 'The file could not be fetched.' }
}

/** Fetches the media of received messages into the media bucket, streaming, a few at a time. */
export const makeMediaFetcher = (options: MediaOptions) => {
  const { ctx, session, limits = MEDIA_LIMITS } = options
  const waiting: MediaJob[] = []
  const active = new Set<Promise<void>>()
  const busy = new Set<string>()

  const transfer = (job: MediaJob, source: MediaSource, signal: AbortSignal): Promise<number> => {
    const { s3, bucket, isMediaHost } = options
    const { message, dispatcher } = job
    const key = mediaObjectKey(message)
    return transferMedia(source, { s3, bucket, key, chat: message.chat, isMediaHost, dispatcher }, limits.bytes, signal)
  }

  const finish = async (message: Message, media: NonNullable<Message['media']>): Promise<void> => {
    const event = media.state === 'ready' ? messageMediaReady : messageMediaFailed
    const write = ({ tenantId, conversationId, messageId }: Message) =>
      ctx.main.update<Message>(messageKey(tenantId, conversationId, messageId), {
        set: { media, changedAt: isoTime(ctx.clock.nowMs()) },
        condition: exists,
        events: [raise(event, ctx.clock.nowMs())],
        returns: 'none',
      })
    if ('lost' in (await write(message))) {
      // Its conversation may have gone up in another one meanwhile.
      const moved = await findMessage(ctx, message)
      if (moved) await write(moved)
    }
    await session.remove(markerKey(message))
  }

  const attempt = async (job: MediaJob, signal: AbortSignal): Promise<number> => {
    let source = job.source
    for (let count = 1; ; count += 1) {
      try {
        return await transfer(job, source, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (count >= TRIES || error instanceof TooLarge) throw error
        if (error instanceof Gone || error instanceof MediaMismatch) source = await askAgain(job)
      }
    }
  }

  const run = async (job: MediaJob): Promise<void> => {
    const media = job.message.media ?? { state: 'pending' }
    const end = new AbortController()
    const timer = setTimeout(() => end.abort(new TooLate('the file took too long')), deadlineOf(job.source, limits))
    try {
      const sizeBytes = await attempt(job, end.signal)
      await finish(job.message, { ...media, state: 'ready', key: mediaObjectKey(job.message), sizeBytes })
    } catch (error) {
      if (error instanceof Interrupted) return
      options.metrics.count('MediaFailed')
      ctx.log.warn('media not fetched', { messageId: job.message.messageId, error: String(error) })
      await finish(job.message, { ...media, ...outcomeOf(error) }).catch(() => undefined)
    } finally {
      clearTimeout(timer)
    }
  }

  const next = (): void => {
    while (active.size < AT_ONCE) {
      const job = waiting.shift()
      if (!job) return
      const work = run(job).finally(() => {
        active.delete(work)
        busy.delete(job.message.messageId)
        next()
      })
      active.add(work)
    }
  }

  const enqueue = (job: MediaJob): void => {
    busy.add(job.message.messageId)
    waiting.push(job)
    next()
  }

  return {
    /** Fetches the media of a message that was just stored. A marker stays until it is done, also over a crash. */
    fetch: (job: MediaJob): void => {
      session
        .put(markerKey(job.message))
        .catch(() => undefined)
        .finally(() => enqueue(job))
    },

    /** Takes up the downloads a former process left behind. */
    resume: async (
      deviceId: string,
      tenantId: string,
      socket: MediaJob['socket'],
      dispatcher: MediaJob['dispatcher'],
    ): Promise<void> => {
      const { items } = await session.query<Key>({ pk: `MP#${deviceId}`, limit: 500 })
      for (const marker of items) {
        const [conversation = '', ...rest] = marker.sk.split('#')
        const ref = { tenantId, conversationId: Number(conversation), messageId: rest.join('#') }
        if (busy.has(ref.messageId)) continue
        const message = await findMessage(ctx, ref)
        const source = message?.proto && normaliseMessage(proto.Message.decode(message.proto))?.media
        if (message && source && message.media?.state === 'pending') enqueue({ message, source, socket, dispatcher })
        else await session.remove({ pk: marker.pk, sk: marker.sk })
      }
    },

    busy: (): number => waiting.length + active.size,
  }
}

/** Fetches media of received messages. */
export type MediaFetcher = ReturnType<typeof makeMediaFetcher>
