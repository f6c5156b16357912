import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { QueueAttributes } from './attributes.ts'
import { groupCommit } from './group-commit.ts'
import type { Message } from './message.ts'

/** A message that was sent within the deduplication interval. */
export type Duplicate = { key: string; messageId: string; sequence: number; at: number }

/** A queue as it was stored. */
export type StoredQueue = {
  name: string
  attributes: QueueAttributes
  createdAt: number
  messages: Message[]
  sent: Duplicate[]
}

/** Where queues outlive the process. Writes are collected and committed together; `committed` tells when. */
export type Journal = {
  load(): StoredQueue[]
  saveQueue(name: string, attributes: QueueAttributes, createdAt: number): void
  deleteQueue(name: string): void
  purge(queue: string): void
  insert(queue: string, message: Message): void
  /** Stores what a receive, a visibility change or an expiry changes. */
  update(message: Message): void
  remove(id: string): void
  remember(queue: string, duplicate: Duplicate): void
  /** Settles when everything written so far is safe from a killed process. */
  committed(): Promise<void>
  close(): void
}

/** SQS refuses to take a message twice within this time. */
export const DEDUPLICATION_INTERVAL_MS = 5 * 60_000

const SCHEMA = `
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, sequence INTEGER NOT NULL, content TEXT NOT NULL,
  visible_at INTEGER NOT NULL, receives INTEGER NOT NULL, first_received_at INTEGER, receipt TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
  queue TEXT NOT NULL, key TEXT NOT NULL, message_id TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (queue, key)
) WITHOUT ROWID;
`

/** For queues in memory: nothing is stored and nothing is waited for. */
export const noJournal: Journal = {
  load: () => [],
  saveQueue: () => {},
  deleteQueue: () => {},
  purge: () => {},
  insert: () => {},
  update: () => {},
  remove: () => {},
  remember: () => {},
  committed: () => Promise.resolve(),
  close: () => {},
}

/**
 * Opens the journal in an SQLite file. The write-ahead log without a sync at every commit survives a killed process,
 * which is what a laptop stack needs; only a crash of the machine may lose the last moments.
 */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
  db.exec(SCHEMA)
  db.prepare('DELETE FROM sent WHERE at < ?').run(Date.now() - DEDUPLICATION_INTERVAL_MS)
  const { write, committed, close } = groupCommit(db)
  const statement = (sql: string) => {
    const prepared = db.prepare(sql)
    return (...values: (string | number | null)[]) => write(() => prepared.run(...values))
  }
  const saveQueue = statement('INSERT OR REPLACE INTO queues VALUES (?, ?, ?)')
  const deleteQueue = statement('DELETE FROM queues WHERE name = ?')
  const purge = statement('DELETE FROM messages WHERE queue = ?')
  const forget = statement('DELETE FROM sent WHERE queue = ?')
  const insert = statement('INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const update = statement(
    'UPDATE messages SET visible_at = ?, receives = ?, first_received_at = ?, receipt = ? WHERE id = ?',
  )
  const remove = statement('DELETE FROM messages WHERE id = ?')
  const remember = statement('INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?)')
  return {
    load: () => loadQueues(db),
    saveQueue: (name, attributes, createdAt) => saveQueue(name, JSON.stringify(attributes), createdAt),
    deleteQueue(name) {
      deleteQueue(name)
      purge(name)
      forget(name)
    },
    purge,
    insert(queue, message) {
      const { id, sequence, visibleAt, receives, firstReceivedAt, receipt, ...content } = message
      insert(
        id,
        queue,
        sequence,
        JSON.stringify(content),
        visibleAt,
        receives,
        firstReceivedAt ?? null,
        receipt ?? null,
      )
    },
    update(message) {
      update(message.visibleAt, message.receives, message.firstReceivedAt ?? null, message.receipt ?? null, message.id)
    },
    remove,
    remember: (queue, { key, messageId, sequence, at }) => remember(queue, key, messageId, sequence, at),
    committed,
    close,
  }
}

type MessageRow = {
  id: string
  queue: string
  sequence: number
  content: string
  visible_at: number
  receives: number
  first_received_at: number | null
  receipt: string | null
}
type Content = Pick<Message, 'body' | 'attributes' | 'groupId' | 'deduplicationId' | 'deadLetterSource' | 'sentAt'>

function loadQueues(db: DatabaseSync): StoredQueue[] {
  const rows = db.prepare('SELECT name, attributes, created_at FROM queues').all() as {
    name: string
    attributes: string
    created_at: number
  }[]
  const messages = db.prepare('SELECT * FROM messages WHERE queue = ? ORDER BY sequence')
  const sent = db.prepare('SELECT key, message_id AS messageId, sequence, at FROM sent WHERE queue = ? ORDER BY at')
  return rows.map((row) => ({
    name: row.name,
    attributes: JSON.parse(row.attributes) as QueueAttributes,
    createdAt: row.created_at,
    messages: (messages.all(row.name) as MessageRow[]).map(toMessage),
    sent: sent.all(row.name) as unknown as Duplicate[],
  }))
}

function toMessage(row: MessageRow): Message {
  const { body, attributes, groupId, deduplicationId, deadLetterSource, sentAt } = JSON.parse(row.content) as Content
  return {
    id: row.id,
    sequence: row.sequence,
    body,
    attributes,
    groupId,
    deduplicationId,
    deadLetterSource,
    sentAt,
    visibleAt: row.visible_at,
    receives: row.receives,
    firstReceivedAt: row.first_received_at ?? undefined,
    receipt: row.receipt ?? undefined,
  }
}
