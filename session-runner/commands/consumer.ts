import { setMaxListeners } from 'node:events'
import type { Message as QueueMessage, SQSClient } from '@aws-sdk/client-sqs'
import { delay } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { Executor, Outcome } from './execute.ts'
import { IN_FLIGHT_LIMITS, type InFlight, type InFlightLimits, makeInFlight } from './in-flight.ts'
import { makeQueueCalls, VISIBLE_AGAIN_SECONDS } from './queue-calls.ts'

type ConsumerOptions = {
  ctx: Context
  sqs: SQSClient
  queueUrl: string
  execute: Executor
  /** Whether the shard is ours at this moment: without it nothing is received or begun. */
  valid: () => boolean
  limits?: InFlightLimits
}

/** Keeps what is worked on hidden. */
const HEARTBEAT_MS = 5_000
/** Receives that come back faster than this are spaced by it: at high rates several commands then share one call. */
const SPACING_MS = 4

/**
 * Consumes the command queue of one shard. Commands of one group (a device's sends, or its queries) are carried out one after
 * another; different groups side by side. Deletions are batched, what takes long stays invisible by a heartbeat. Commands of devices
 * that are away never keep those of others from being received.
 */
export const makeConsumer = (options: ConsumerOptions) => {
  const { ctx } = options
  const queue = makeQueueCalls(options)
  const inFlight = makeInFlight(ctx.clock, options.limits ?? IN_FLIGHT_LIMITS)
  const receiving = new AbortController()
  setMaxListeners(0, receiving.signal)
  const lanes = new Map<string, Promise<boolean>>()
  let heartbeat: NodeJS.Timeout | undefined
  let stopped = false
  let isGivingBack = false
  let polling: Promise<unknown> = Promise.resolve()

  const giveBack = async (command: InFlight, seconds: number): Promise<false> => {
    // A poll of ours that is still open would take the command right back.
    if (stopped) await polling.catch(() => undefined)
    await queue.setVisibility([command.handle], seconds)
    inFlight.drop(command)
    return false
  }

  /** True when the next command of the group may be begun; false when the group has to be given back in order. */
  const settle = async (command: InFlight, outcome: Outcome): Promise<boolean> => {
    if ('retrySeconds' in outcome) return giveBack(command, Math.max(command.parkSeconds, outcome.retrySeconds))
    command.settled = true
    void outcome.after.then(
      () => {
        inFlight.drop(command)
        queue.remove(command.handle, inFlight.size() === 0)
      },
      async (error: unknown) => {
        ctx.log.error('outcome of a command not stored: it comes again', { error: String(error) })
        inFlight.drop(command)
        await queue.setVisibility([command.handle], 2)
      },
    )
    return true
  }

  const carryOut = async (command: InFlight, body: string, receivedMs: number): Promise<boolean> => {
    if (!options.valid() || isGivingBack) return giveBack(command, 0)
    command.begun = true
    const outcome = await options.execute(body, {
      receiveCount: command.receiveCount,
      receivedMs,
      giveBack: command.giveBack.signal,
      waits: (isWaiting) => inFlight.waits(command, isWaiting),
    })
    return settle(command, outcome)
  }

  const enqueue = (message: QueueMessage, receivedMs: number): void => {
    const command = inFlight.take(message)
    if ('laterSeconds' in command) {
      void queue.setVisibility([message.ReceiptHandle ?? ''], command.laterSeconds)
      return
    }
    const before = lanes.get(command.group) ?? Promise.resolve(true)
    const lane = before
      .then((goesOn) => {
        // It is the queue's again; what comes behind it has to come after it.
        if (command.returned) return false
        return goesOn ? carryOut(command, message.Body ?? '', receivedMs) : giveBack(command, 0)
      })
      .catch((error: unknown) => {
        ctx.log.error('command lane failed', { error: String(error) })
        inFlight.drop(command)
        return false
      })
    lanes.set(command.group, lane)
    void lane.then(() => {
      if (lanes.get(command.group) === lane) lanes.delete(command.group)
    })
  }

  const receive = async (): Promise<void> => {
    const messages = await queue.receive(receiving.signal)
    const receivedMs = ctx.clock.monotonicMs()
    for (const message of messages) enqueue(message, receivedMs)
  }

  /** Gives commands of devices that are away back when they are too many. */
  const makeRoom = async (): Promise<void> => {
    const returned = inFlight.relieve()
    if (returned.length > 0) {
      await queue.setVisibility(
        returned.map(({ handle }) => handle),
        0,
      )
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopped) {
      await makeRoom()
      if (!options.valid() || inFlight.isFull()) {
        await delay(100, receiving.signal)
        continue
      }
      const beganMs = ctx.clock.monotonicMs()
      try {
        polling = receive()
        await polling
        const restMs = SPACING_MS - (ctx.clock.monotonicMs() - beganMs)
        if (restMs > 0) await delay(restMs)
      } catch (error) {
        if (receiving.signal.aborted) return
        ctx.log.warn('receiving commands failed', { error: String(error) })
        await delay(1000, receiving.signal)
      }
    }
  }

  const askBack = (): void => {
    stopped = true
    isGivingBack = true
    inFlight.giveAllBack()
  }

  return {
    start: (): void => {
      void loop()
      heartbeat = setInterval(() => {
        const handles = inFlight.handles()
        if (handles.length > 0 && options.valid()) void queue.setVisibility(handles, VISIBLE_AGAIN_SECONDS)
      }, HEARTBEAT_MS)
    },

    /** Stops receiving; what is in work goes on. */
    stopReceiving: (): void => {
      stopped = true
    },

    /** Gives back what has not begun, and waits up to `waitMs` for what has. */
    drain: async (waitMs: number): Promise<void> => {
      askBack()
      const endMs = ctx.clock.monotonicMs() + waitMs
      while (inFlight.size() > 0 && ctx.clock.monotonicMs() < endMs) await delay(20)
      receiving.abort()
      clearInterval(heartbeat)
      await queue.settled()
    },

    /** Ends at once: the shard is somebody else's, who gets the commands when their time is over. */
    abandon: (): void => {
      receiving.abort()
      askBack()
      clearInterval(heartbeat)
    },

    inFlight: inFlight.size,
  }
}

/** Consumes one shard's commands. */
export type Consumer = ReturnType<typeof makeConsumer>
