import type { Key } from '#data/expressions.ts'
import type { Context } from '#kit/context.ts'
import { listShardsOf } from '../tenants/repo.ts'
import { type Conversation, type ListClass, listClassOf, listPartition } from './model.ts'

/** A conversation as it is stored. */
export type Listed = Conversation & Key

/** What of a tenant's conversations is wanted. `choose` gives those of a few that fit, in the same order. */
export type Wanted = {
  lists: readonly ListClass[]
  choose: (some: Listed[]) => Promise<Listed[]> | Listed[]
  limit: number
  /** Where the page before ended. */
  before?: string
}

/** Conversations that are looked at for each one that was asked for, before the caller gets what was found and goes on himself. */
const LOOKED_AT_PER_ROW = 5
const AT_ONCE = 250
const FEW = 25

type Entry = Key & { gsi1sk: string }

/** One part of a list, newest first. */
const openPart = (ctx: Context, pk: string, start: string | undefined) => {
  let entries: Entry[] = []
  let before = start
  let isRead = false
  return {
    /** Reads on when nothing is left; false at the end. */
    fill: async (limit: number): Promise<boolean> => {
      if (entries.length > 0 || isRead) return entries.length > 0
      const page = await ctx.main.query<Entry>({ pk, index: 'gsi1', reverse: true, before, limit })
      entries = page.items
      before = entries.at(-1)?.gsi1sk ?? before
      isRead = page.next === undefined
      return entries.length > 0
    },
    next: (): string | undefined => entries[0]?.gsi1sk,
    take: (): Entry | undefined => entries.shift(),
  }
}

type Part = ReturnType<typeof openPart>

/** The newest entries of all parts together, at most `count`. */
const newestOf = async (parts: Part[], count: number): Promise<Entry[]> => {
  const taken: Entry[] = []
  while (taken.length < count) {
    const left = await Promise.all(parts.map((part) => part.fill(count)))
    const [first] = parts
      .filter((_, at) => left[at])
      .sort((one, other) => (other.next() ?? '').localeCompare(one.next() ?? ''))
    const entry = first?.take()
    if (!entry) break
    taken.push(entry)
  }
  return taken
}

/** The conversations of these entries, in their order, that are in one of the lists still: the index may be moments behind. */
const readEntries = async (ctx: Context, entries: Entry[], lists: readonly ListClass[]): Promise<Listed[]> => {
  const found = await ctx.main.getMany<Listed>(entries.map(({ pk, sk }) => ({ pk, sk })))
  const byKey = new Map(found.map((conversation) => [conversation.pk, conversation]))
  return entries.flatMap(({ pk }) => byKey.get(pk) ?? []).filter(({ status }) => lists.includes(listClassOf(status)))
}

/**
 * Conversations of a tenant, those with the newest messages first, and where to go on. One query per part of a list: few parts for
 * small tenants. What is filtered out is read all the same, but at most five conversations for each that is asked for: then a page
 * has fewer, and `next` all the same.
 */
export const listConversations = async (
  ctx: Context,
  tenantId: string,
  { lists, choose, limit, before }: Wanted,
): Promise<{ items: Listed[]; next: string | undefined }> => {
  const shards = Array.from({ length: await listShardsOf(ctx, tenantId) }, (_, shard) => shard)
  const parts = lists.flatMap((list) =>
    shards.map((shard) => openPart(ctx, listPartition(tenantId, shard, list), before)),
  )
  const items: Listed[] = []
  for (let left = limit * LOOKED_AT_PER_ROW; ; ) {
    const count = Math.min(AT_ONCE, left, Math.max(limit - items.length, FEW))
    const entries = await newestOf(parts, count)
    left -= entries.length
    const chosen = await choose(await readEntries(ctx, entries, lists))
    const room = limit - items.length
    items.push(...chosen.slice(0, room))
    const lastShown = items.at(-1)
    if (chosen.length > room) return { items, next: entries.find(({ pk }) => pk === lastShown?.pk)?.gsi1sk }
    if (entries.length < count) return { items, next: undefined }
    if (left > 0 && items.length < limit) continue
    const [more] = await newestOf(parts, 1)
    return { items, next: more && entries.at(-1)?.gsi1sk }
  }
}
