/** What a task knows when it decides which shards to take or to give away. */
type Situation = {
  /** Shards this task holds. */
  held: readonly number[]
  /** Shards without a living owner, with the milliseconds since that was first seen. */
  free: ReadonlyMap<number, number>
  shardCount: number
  /** Shards of every other living task that is not draining. */
  peers: readonly { shards: number }[]
  ttlMs: number
  /** False when this task has its full load. */
  hasRoom: boolean
}

/** Shards to take now, and one to give away because another task has too few. */
type Plan = { take: number[]; giveAway: number | undefined }

/**
 * Decides by fair share: the number of shards over the number of living tasks, rounded up. A shard that stays free for two
 * lease periods is taken beyond the share, since an offline device is worse than an uneven load. At most one shard is given
 * away at a time, and only to a task that has less than its share: each hand-over costs a reconnect.
 */
export const planLeases = (now: Situation, random: () => number): Plan => {
  const share = Math.ceil(now.shardCount / (now.peers.length + 1))
  const room = now.hasRoom ? Math.max(0, share - now.held.length) : 0
  const shuffled = shuffle([...now.free.keys()], random)
  const orphans = shuffled.filter((shard) => (now.free.get(shard) ?? 0) >= 2 * now.ttlMs)
  const fair = shuffled.slice(0, room)
  const take = [...new Set([...fair, ...orphans])]
  const needy = now.peers.some((peer) => peer.shards < Math.floor(now.shardCount / (now.peers.length + 1)))
  const giveAway = now.held.length > share && needy && take.length === 0 ? now.held.at(-1) : undefined
  return { take, giveAway }
}

const shuffle = <T>(values: T[], random: () => number): T[] => {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const value = values[at] as T
    values[at] = values[other] as T
    values[other] = value
  }
  return values
}
