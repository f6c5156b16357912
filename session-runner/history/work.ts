import { encryptMediaRetryRequest, jidNormalizedUser } from '@whiskeysockets/baileys'
import { type HistoryProgress, historyKind } from '#domains/history/model.ts'
import { findRequest, noteProgress, noteTaken, raiseHistoryPart } from '#domains/history/record.ts'
import type { Context } from '#kit/context.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { MediaMismatch } from '../inbound/media-cipher.ts'
import { Gone, type IsMediaHost } from '../inbound/media-host.ts'
import { patiently } from '../inbound/store-message.ts'
import type { Metrics } from '../metrics.ts'
import { takeChunk } from './chunk.ts'
import { Damaged } from './fields.ts'
import type { HistoryJob, HistoryJobs } from './jobs.ts'
import { LeftOff, makeLiveWatch, makePace } from './pace.ts'
import { makeParts } from './parts.ts'
import { openChunk } from './source.ts'

/** What the lane of history works with. */
export type LaneOptions = { ctx: Context; jobs: HistoryJobs; metrics: Metrics; isMediaHost: IsMediaHost }

type Facts = Pick<HistoryProgress, 'kind' | 'chunk' | 'progress' | 'requestId'>

/** What became of a chunk: it is over, is to be tried again, or waits for the device's next connection. */
export type Outcome = 'done' | 'again' | 'leftOff'

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The login that a chunk belongs to is connected: after another one has begun it is nobody's. */
export const isConnected = ({ socket, auth }: InboundDevice): boolean =>
  socket()?.authState.creds.me?.id === auth.creds.me?.id && auth.creds.me !== undefined

const factsOf = async (ctx: Context, { deviceId, notification }: HistoryJob): Promise<Facts> => {
  const { syncType, chunkOrder, progress, peerDataRequestSessionId: sessionId } = notification
  const named = notification.fullHistorySyncOnDemandRequestMetadata?.requestId ?? undefined
  return {
    kind: historyKind(syncType ?? 0),
    chunk: chunkOrder ?? 0,
    progress: progress ?? undefined,
    requestId: named ?? (sessionId ? await findRequest(ctx, deviceId, sessionId) : undefined),
  }
}

/**
 * Asks the phone to upload a chunk again, which it then announces anew (a `server-error` receipt of category `peer`, as in whatsmeow's
 * `SendHistorySyncServerErrorReceipt`).
 */
const askAgain = (inbound: InboundDevice, { id, notification }: HistoryJob): void => {
  const socket = inbound.socket()
  const own = inbound.auth.creds.me?.id
  if (!socket || !own || !notification.mediaKey?.length) return
  const { content } = encryptMediaRetryRequest({ id }, Buffer.from(notification.mediaKey), own)
  const sealed = Array.isArray(content) ? content.filter(({ tag }) => tag === 'encrypt') : []
  const attrs = { id, to: jidNormalizedUser(own), type: 'server-error', category: 'peer' }
  socket.sendNode({ tag: 'receipt', attrs, content: sealed }).catch(() => undefined)
}

/** Works one chunk off, from where it was left; every part is stored, announced and noted before the next is begun. */
export const makeWork = ({ ctx, jobs, metrics, isMediaHost }: LaneOptions) => {
  const isLive = makeLiveWatch(() => {
    const { MessagesReceived = 0, MessagesSent = 0 } = metrics.totals()
    return MessagesReceived + MessagesSent
  })
  const placeOf = ({ tenantId, id }: ReturnType<InboundDevice['device']>) => ({ tenantId, deviceId: id })

  const workOff = async (inbound: InboundDevice, job: HistoryJob): Promise<void> => {
    const device = inbound.device()
    const place = placeOf(device)
    const facts = await factsOf(ctx, job)
    await noteProgress(ctx, place, { ...facts, state: 'running' })
    const sessionId = job.notification.peerDataRequestSessionId ?? undefined
    const parts = makeParts(
      (part) => patiently(() => raiseHistoryPart(ctx, place, job.id, { ...facts, sessionId, ...part })),
      job.position?.parts,
    )
    const { dispatcher } = await inbound.services.transports.of(device)
    const pieces = await openChunk(job.notification, isMediaHost, dispatcher)
    const stored = await takeChunk(inbound, pieces, {
      device,
      parts,
      pace: makePace(() => isConnected(inbound), isLive),
      from: job.position,
      reached: (position) => patiently(() => jobs.reached(device.id, job.id, position)),
    })
    metrics.count('HistoryStored', stored)
    await patiently(() => noteTaken(ctx, place, job.id, { ...facts, state: 'done' }, stored))
    await jobs.done(device.id, job.id)
  }

  const giveUp = async (inbound: InboundDevice, job: HistoryJob, error: unknown): Promise<void> => {
    metrics.count('HistoryFailed')
    if (error instanceof Gone) askAgain(inbound, job)
    await jobs.done(job.deviceId, job.id)
    const why =
      error instanceof Gone ? 'WhatsApp does not hold it any more; the phone was asked for it again.' : inWords(error)
    const failed = { ...(await factsOf(ctx, job)), state: 'failed' as const, error: why }
    await noteTaken(ctx, placeOf(inbound.device()), job.id, failed, job.position?.stored ?? 0)
  }

  return {
    /** Works on a chunk. Never throws but where the store is out of reach. */
    run: async (inbound: InboundDevice, id: string): Promise<Outcome> => {
      const deviceId = inbound.device().id
      const job = await jobs.get(deviceId, id)
      if (!job) return 'done'
      try {
        await workOff(inbound, job)
        return 'done'
      } catch (error) {
        if (error instanceof LeftOff || !isConnected(inbound)) return 'leftOff'
        ctx.log.warn('history not taken', { deviceId, error: inWords(error) })
        const isLost = error instanceof Gone || error instanceof MediaMismatch || error instanceof Damaged
        if (!isLost) return 'again'
        await giveUp(inbound, (await jobs.get(deviceId, id)) ?? job, error)
        return 'done'
      }
    },

    /** Says of a chunk that it waits for better times. */
    waits: async (inbound: InboundDevice, id: string): Promise<void> => {
      metrics.count('HistoryFailed')
      const job = await jobs.get(inbound.device().id, id)
      if (!job) return
      await noteProgress(ctx, placeOf(inbound.device()), { ...(await factsOf(ctx, job)), state: 'waiting' })
    },
  }
}
