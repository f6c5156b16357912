import { SessionRecord } from 'libsignal'

/** The fields of a libsignal session entry that the sandbox looks at. */
export interface SessionEntry {
  indexInfo: { closed: number; used: number; baseKey: Buffer }
  getChain(key: Buffer): object | undefined
}

/** A libsignal session record with the parts that its published types leave out. */
export interface RecordInternals {
  sessions: Record<string, SessionEntry>
  getSession(baseKey: Buffer): SessionEntry | undefined
  getSessions(): SessionEntry[]
  haveOpenSession(): boolean
}

/** Stored form of a session record: plain JSON. */
export type StoredSession = object

/** Views a record with its internals. */
export function internalsOf(record: SessionRecord): RecordInternals {
  return record as unknown as RecordInternals
}

/** Plain JSON of a record. libsignal types it as bytes, but gives an object. */
export function serializeRecord(record: SessionRecord): StoredSession {
  return record.serialize() as unknown as StoredSession
}

/** Reverses {@link serializeRecord}. */
export function deserializeRecord(stored: StoredSession): SessionRecord {
  return SessionRecord.deserialize(stored as unknown as Uint8Array)
}

const EPHEMERAL_START = 3
const EPHEMERAL_END = 36

/**
 * Ratchet key of a Signal message: version byte, then protobuf field 1 (33 bytes). It names the receiving chain, so a
 * message can be given to the one session that can open it.
 */
export function ratchetKeyOf(message: Buffer): Buffer {
  return message.subarray(EPHEMERAL_START, EPHEMERAL_END)
}
