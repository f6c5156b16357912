/**
 * The tables as data: infrastructure creates them, tests and the local stack provision the same. `pk`/`sk` are strings;
 * index keys are sparse.
 *
 * main: everything but Signal state. Its stream is the way events leave (one reader: the event pipe).
 * session: Signal auth state, shard leases, runner heartbeats and command replies. It has no stream, and it is never
 * restored from a backup: an old ratchet would break every conversation.
 */
export const TABLES = {
  main: {
    stream: true,
    ttl: 'expiresAt',
    // byTime sorts the items of one conversation by `at` without a second copy of the message.
    local: [{ name: 'byTime', sortKey: 'at' }],
    global: [
      { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
      { name: 'gsi2', partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
    ],
  },
  session: { stream: false, ttl: 'expiresAt', local: [], global: [] },
} as const

/**
 * What indexes hold. A local one fetches the rest from the table, so a copy of every message would only cost writes; a global one
 * cannot.
 */
export const PROJECTION = { local: 'KEYS_ONLY', global: 'ALL' } as const

/** Epoch seconds `seconds` from now: the value of a TTL attribute. TTL only cleans up; expiry is always compared in code. */
export const ttlIn = (seconds: number, nowMs: number): number => Math.floor(nowMs / 1000) + seconds
