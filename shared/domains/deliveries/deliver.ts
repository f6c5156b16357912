import type { Context } from '#kit/context.ts'
import { bodySignature, standardSignature } from '#kit/signatures.ts'
import type { Breaker } from './breaker.ts'
import { makeFindEndpoint } from './find-endpoint.ts'
import { noteAttempt } from './log.ts'
import { type Delivery, type DeviceFacts, type Endpoint, endpointName } from './model.ts'
import { addressesOf, messageFactsOf } from './payloads/message-facts.ts'
import { renderPayload } from './payloads/render.ts'
import { attemptByAge, isExhausted, retryDelaySeconds } from './schedule.ts'
import type { EndpointSources } from './sources.ts'
import { type WholeEvent, wholeEvent } from './whole-event.ts'

/** What a receiver answered. `retryAfterSeconds` is its `Retry-After`, when it sent one. */
type PostResult = { status: number; retryAfterSeconds?: number }

/** Sends one request; throws when there is no answer. `timedOut` is true on the error when the receiver was silent. */
export type Post = (url: string, request: { headers: Record<string, string>; body: string }) => Promise<PostResult>

/** Milliseconds a receiver has to answer. */
export const DELIVERY_TIMEOUT_MS = 10_000

/** What deliveries are made with. */
export type DeliverPort = {
  sources: EndpointSources
  post: Post
  breaker: Breaker
  publicUrl: string
  random: () => number
  sleep: (ms: number) => Promise<void>
  /** Bytes of an object of the media bucket. */
  readMedia: (key: string) => Promise<Uint8Array>
}

/**
 * How a delivery stands after an attempt. `retry` has the seconds to wait, and so has `waiting`, which is no failure: the
 * message's media is on its way. The others are final.
 */
export type Outcome =
  | { state: 'delivered' | 'dropped' | 'failed' | 'disabled' }
  | { state: 'waiting'; afterSeconds: number }
  | { state: 'retry'; afterSeconds: number; error: string }

/** Carries out one attempt (`attempt` counts from 1) and says what is to be done with the delivery. */
export const makeDeliver = (port: DeliverPort) => {
  const find = makeFindEndpoint(port.sources)
  return async (ctx: Context, delivery: Delivery, attempt: number): Promise<Outcome> => {
    const found = await find(ctx, delivery, attempt)
    // An endpoint that was removed or switched off meanwhile gets nothing, and nobody misses it.
    if (!found?.endpoint.active) return { state: 'dropped' }
    const { endpoint, device, disable } = found
    const name = `${endpoint.ref.tenantId}.${endpointName(endpoint.ref)}`
    const paused = port.breaker.pausedSeconds(name)
    if (paused > 0) return notTried(ctx, port, delivery, attempt, paused)
    const whole = await wholeEvent(ctx, delivery.event, port.sleep)
    if (whole === 'pending') return { state: 'waiting', afterSeconds: 1 }
    const mediaBase64 = await inlineMedia(ctx, port, endpoint, device, whole)
    const isContact = await isKnown(ctx, port, endpoint, whole)
    const facts = { device, publicUrl: port.publicUrl, mediaBase64, mediaSize: whole.size, isContact }
    const body = await renderPayload(endpoint.style, whole.event, facts)
    if (body === undefined) return { state: 'dropped' }
    const headers = await headersOf(endpoint, delivery, body, attempt, ctx.clock.nowMs())
    const result = await attemptPost(port, name, endpoint.url, { headers, body })
    if ('status' in result && result.status >= 200 && result.status < 300) {
      if (attempt > 1)
        await noteAttempt(ctx, delivery, { state: 'delivered', attempts: attempt, lastStatus: result.status })
      return { state: 'delivered' }
    }
    if ('status' in result && result.status === 410) {
      await disable(ctx, 'the receiver answered 410 Gone')
      await noteAttempt(ctx, delivery, { state: 'failed', attempts: attempt, lastStatus: 410, lastError: 'Gone' })
      return { state: 'disabled' }
    }
    return noteFailure(ctx, port, delivery, attempt, result)
  }
}

/** Largest media that travels inside a request; of larger ones the receiver gets the address only. */
const INLINE_BYTES = 16 * 1024 * 1024

/** The media of an event as base64, for receivers whose document has it inside the request. */
const inlineMedia = async (
  ctx: Context,
  port: DeliverPort,
  { style }: Endpoint,
  device: DeviceFacts | undefined,
  { event, mediaKey }: WholeEvent,
): Promise<string | undefined> => {
  const { sizeBytes = 0 } = (event.data.media ?? {}) as { sizeBytes?: number }
  const isInside = style === 'guide' || (style === 'digigo' && device?.mediaDelivery !== 's3')
  if (!mediaKey || !isInside || sizeBytes > INLINE_BYTES) return undefined
  try {
    return Buffer.from(await port.readMedia(mediaKey)).toString('base64')
  } catch (error) {
    // The file may have been removed meanwhile. The message matters more than its file, and the address stays in it.
    ctx.log.warn('media of a delivery could not be read', { eventId: event.id, error: String(error) })
    return undefined
  }
}

/** Whether the sender is in the address book of the device's phone, for payloads that say so. */
const isKnown = async (
  ctx: Context,
  { sources }: DeliverPort,
  { style }: Endpoint,
  { event }: WholeEvent,
): Promise<boolean> =>
  style === 'guide' &&
  event.deviceId !== undefined &&
  sources.isSavedContact(ctx, event.deviceId, addressesOf(messageFactsOf(event)))

type Answer = PostResult | { error: string }

const attemptPost = async (
  port: DeliverPort,
  name: string,
  url: string,
  request: { headers: Record<string, string>; body: string },
): Promise<Answer> => {
  try {
    const result = await port.post(url, request)
    port.breaker.note(name, false)
    return result
  } catch (error) {
    port.breaker.note(name, isTimeout(error))
    return { error: wordsOf(error) }
  }
}

const isTimeout = (error: unknown): boolean => (error as { timedOut?: unknown } | null)?.timedOut === true

/** Name, code and message of what went wrong, with its cause: the tenant reads this in the delivery log. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no answer'
  const code = (error as { code?: unknown }).code
  const own = [error.name === 'Error' ? undefined : error.name, code, error.message].filter(Boolean).join(' ')
  return (error.cause instanceof Error ? `${own}: ${wordsOf(error.cause)}` : own).slice(0, 300)
}

const noteFailure = async (
  ctx: Context,
  port: DeliverPort,
  delivery: Delivery,
  attempt: number,
  answer: Answer,
): Promise<Outcome> => {
  const lastStatus = 'status' in answer ? answer.status : undefined
  const lastError = 'error' in answer ? answer.error : `HTTP ${answer.status}`
  if (isExhausted(delivery.event.at, ctx.clock.nowMs())) {
    await noteAttempt(ctx, delivery, { state: 'failed', attempts: attempt, lastStatus, lastError })
    return { state: 'failed' }
  }
  const retryAfter = 'status' in answer ? answer.retryAfterSeconds : undefined
  const step = attemptByAge(attempt, ctx.clock.nowMs() - Date.parse(delivery.event.at))
  const afterSeconds = retryDelaySeconds(step, port.random, retryAfter)
  const note = { attempts: attempt, lastStatus, lastError, retryInSeconds: afterSeconds }
  await noteAttempt(ctx, delivery, { state: 'retrying', ...note })
  return { state: 'retry', afterSeconds, error: lastError }
}

/**
 * A delivery whose endpoint is paused: it waits for the end of the pause, and for its own next turn where that is later, so that the
 * queue does not take it for broken. One that is too old ends here too, or the pauses of a dead endpoint would keep it for ever.
 */
const notTried = async (
  ctx: Context,
  { random }: DeliverPort,
  delivery: Delivery,
  attempt: number,
  pausedSeconds: number,
): Promise<Outcome> => {
  const lastError = 'the endpoint does not answer; paused'
  if (isExhausted(delivery.event.at, ctx.clock.nowMs())) {
    await noteAttempt(ctx, delivery, { state: 'failed', attempts: attempt, lastError })
    return { state: 'failed' }
  }
  const step = attemptByAge(attempt, ctx.clock.nowMs() - Date.parse(delivery.event.at))
  return { state: 'retry', afterSeconds: Math.max(pausedSeconds, retryDelaySeconds(step, random)), error: lastError }
}

/** Stable id, time, number of the attempt, and the signatures, when the endpoint has a secret. */
const headersOf = async (
  endpoint: Endpoint,
  { event }: Delivery,
  body: string,
  attempt: number,
  nowMs: number,
): Promise<Record<string, string>> => {
  const timestamp = Math.floor(nowMs / 1000)
  const secret = await endpoint.secret()
  return {
    'content-type': 'application/json',
    'user-agent': 'Switchboard-Webhooks/1',
    'webhook-id': event.id,
    'webhook-timestamp': String(timestamp),
    'webhook-attempt': String(attempt),
    ...(secret && { 'webhook-signature': standardSignature(secret, event.id, timestamp, body) }),
    ...(secret && endpoint.style === 'ceox' && { 'X-CEOX-Signature': bodySignature(secret, body) }),
  }
}
