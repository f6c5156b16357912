import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { WAVersion } from '@whiskeysockets/baileys'
import { z } from 'zod'
import type { Table } from '#data/table.ts'
import type { Threads } from '#domains/conversations/threads.ts'
import type { Clock } from '#kit/clock.ts'
import type { Context, Log } from '#kit/context.ts'
import type { KeyService } from './auth/device-key.ts'
import type { RunnerConfig } from './config.ts'
import { makeConnectGate } from './connection/connect-gate.ts'
import { makeGroupCache } from './connection/group-cache.ts'
import { makeSharedCaches } from './connection/shared-caches.ts'
import { makeTransports, type OpenSecret } from './connection/transports.ts'
import { makeHistoryJobs } from './history/jobs.ts'
import { makeHistoryLane } from './history/lane.ts'
import { makeChatStore } from './inbound/chats.ts'
import { makeContactStore } from './inbound/contacts.ts'
import { makeLidStore } from './inbound/lids.ts'
import { makeMediaFetcher } from './inbound/media.ts'
import { isWhatsAppMediaHost } from './inbound/media-host.ts'
import { makeRinging } from './inbound/ringing.ts'
import { makeStatusWriter } from './inbound/status-writer.ts'
import { makeMetrics } from './metrics.ts'
import type { RunnerServices } from './services.ts'

/** What a runner is made of; the entry point gives the real ones. */
export type RunnerParts = {
  task: string
  config: RunnerConfig
  environment: string
  clock: Clock
  log: Log
  main: Table
  session: Table
  dynamodb: DynamoDBClient
  sqs: SQSClient
  s3: S3Client
  queueUrls: string[]
  mediaBucket: string
  keys: KeyService
  openSecret: OpenSecret
  threads: Threads
}

const CONNECTS_AT_ONCE = 10
const VERSION_KEPT_MS = 60_000

const versionItem = z.object({ version: z.tuple([z.number().int(), z.number().int(), z.number().int()]) })

/** The client version from the item `CFG#whatsapp`, looked at again each minute; a new one needs no deploy. */
const makeVersion = (ctx: Context) => {
  let known: { version: WAVersion | undefined; atMs: number } | undefined
  return async (): Promise<WAVersion | undefined> => {
    const nowMs = ctx.clock.monotonicMs()
    if (known && nowMs - known.atMs < VERSION_KEPT_MS) return known.version
    const item = await ctx.main.get({ pk: 'CFG#whatsapp', sk: 'META' })
    const parsed = versionItem.safeParse(item)
    known = { version: parsed.success ? parsed.data.version : undefined, atMs: nowMs }
    return known.version
  }
}

/** Makes what all devices of a task share. */
export const makeServices = (parts: RunnerParts): RunnerServices => {
  const ctx: Context = { clock: parts.clock, log: parts.log, main: parts.main }
  const metrics = makeMetrics(parts.environment)
  const transports = makeTransports(parts.config, parts.openSecret)
  // Another network than WhatsApp's has media hosts of its own.
  const isMediaHost = parts.config.whatsAppUrl ? () => true : isWhatsAppMediaHost
  return {
    task: parts.task,
    config: parts.config,
    ctx,
    session: parts.session,
    commands: { sqs: parts.sqs, queueUrls: parts.queueUrls, session: parts.session, clock: parts.clock },
    dynamodb: parts.dynamodb,
    s3: parts.s3,
    mediaBucket: parts.mediaBucket,
    keys: parts.keys,
    threads: parts.threads,
    caches: makeSharedCaches(),
    groups: makeGroupCache(),
    sending: new Map(),
    transports,
    gate: makeConnectGate({ atOnce: CONNECTS_AT_ONCE, longestMs: 20_000 }),
    metrics,
    status: makeStatusWriter(ctx),
    contacts: makeContactStore(ctx),
    lids: makeLidStore(ctx, parts.dynamodb),
    chats: makeChatStore(ctx),
    ringing: makeRinging(),
    mediaFetcher: makeMediaFetcher({
      ctx,
      session: parts.session,
      s3: parts.s3,
      bucket: parts.mediaBucket,
      metrics,
      isMediaHost,
    }),
    history: makeHistoryLane({
      ctx,
      jobs: makeHistoryJobs(parts.session),
      metrics,
      isMediaHost,
    }),
    version: makeVersion(ctx),
  }
}
