import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { proto, WAVersion } from '@whiskeysockets/baileys'
import type { Table } from '#data/table.ts'
import type { CommandPort } from '#domains/commands/dispatch.ts'
import type { Threads } from '#domains/conversations/threads.ts'
import type { Context } from '#kit/context.ts'
import type { KeyService } from './auth/device-key.ts'
import type { RunnerConfig } from './config.ts'
import type { ConnectGate } from './connection/connect-gate.ts'
import type { GroupCache } from './connection/group-cache.ts'
import type { SharedCaches } from './connection/shared-caches.ts'
import type { Transports } from './connection/transports.ts'
import type { HistoryLane } from './history/lane.ts'
import type { ChatStore } from './inbound/chats.ts'
import type { ContactStore } from './inbound/contacts.ts'
import type { LidStore } from './inbound/lids.ts'
import type { MediaFetcher } from './inbound/media.ts'
import type { Ringing } from './inbound/ringing.ts'
import type { StatusWriter } from './inbound/status-writer.ts'
import type { Metrics } from './metrics.ts'

/** What all device sessions of a task share. */
export type RunnerServices = {
  task: string
  config: RunnerConfig
  ctx: Context
  session: Table
  /** The devices' own command queues, for messages the runner itself has to send. */
  commands: CommandPort
  dynamodb: DynamoDBClient
  s3: S3Client
  mediaBucket: string
  keys: KeyService
  threads: Threads
  caches: SharedCaches
  groups: GroupCache
  /** Messages on their way, by id: a recipient may ask again for one before its item holds the protobuf. */
  sending: Map<string, proto.IMessage>
  transports: Transports
  gate: ConnectGate
  metrics: Metrics
  status: StatusWriter
  contacts: ContactStore
  lids: LidStore
  chats: ChatStore
  ringing: Ringing
  mediaFetcher: MediaFetcher
  history: HistoryLane
  /** The client version from the configuration; undefined: the one Baileys carries. */
  version: () => Promise<WAVersion | undefined>
}
