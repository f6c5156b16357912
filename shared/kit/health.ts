import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from './aws.ts'
import { inTime } from './clock.ts'
import type { Context } from './context.ts'
import { commandQueueUrls } from './resources.ts'
import { derivedKey } from './secrets.ts'

/** One dependency looked at: whether it answered in time, how long it took, and what it said if not. */
export type Check = { name: string; ok: boolean; latencyMs: number; detail: string | null }

const LIMIT_MS = 1000

const check = async (name: string, look: () => Promise<unknown>): Promise<Check> => {
  const started = performance.now()
  try {
    await inTime(look(), LIMIT_MS)
    return { name, ok: true, latencyMs: Math.round(performance.now() - started), detail: null }
  } catch (error) {
    const detail = error instanceof Error ? error.name : 'failed'
    return { name, ok: false, latencyMs: Math.round(performance.now() - started), detail }
  }
}

/** Reads one item strongly: does the store answer? */
export const checkStore = (ctx: Context): Promise<Check> =>
  check('database', () => ctx.main.get({ pk: 'INSTALLATION', sk: 'META' }))

/**
 * Connections of this process, which all lead to its stores. None is in use when a health check answers: a function works on
 * one request at a time, and its own look at the store is over.
 */
export const storeConnections = (): { open_connections: number; in_use: number; idle: number } => {
  const open = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  return { open_connections: open, in_use: 0, idle: open }
}

/** Everything a request may need: store, command queue, signing key. */
export const checkAll = (ctx: Context): Promise<Check[]> =>
  Promise.all([
    checkStore(ctx),
    check('queue', () =>
      sqsClient().send(
        new GetQueueAttributesCommand({
          QueueUrl: commandQueueUrls()[0],
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      ),
    ),
    check('signing-key', () => derivedKey('access-token')),
  ])
