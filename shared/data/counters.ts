import type { Table } from './table.ts'

/** Per-tenant integer kinds; each has a counter of its own. */
export type CounterKind =
  | 'device'
  | 'contact'
  | 'conversation'
  | 'user'
  | 'role'
  | 'inbox'
  | 'webhook'
  | 'client'
  | 'token'

type Block = { next: number; end: number }

const BLOCK = 20

/**
 * Gives per-tenant integers, in blocks, so that creation never queues on one counter item. Numbers are unique and rise per
 * process; gaps are normal (a process that ends leaves the rest of its block).
 */
export const makeCounters = (table: Table) => {
  const blocks = new Map<string, Promise<Block>>()
  const fetchBlock = async (tenantId: string, kind: CounterKind, size: number): Promise<Block> => {
    const outcome = await table.update<{ value: number }>(
      { pk: `O#${tenantId}`, sk: `CTR#${kind}` },
      { add: { value: size } },
    )
    if (!('item' in outcome)) throw new Error('an unconditional counter update cannot be lost')
    return { next: outcome.item.value - size + 1, end: outcome.item.value }
  }
  return async (tenantId: string, kind: CounterKind, size = BLOCK): Promise<number> => {
    const name = `${tenantId}#${kind}`
    for (;;) {
      const pending = blocks.get(name) ?? fetchBlock(tenantId, kind, size)
      blocks.set(name, pending)
      let block: Block
      try {
        block = await pending
      } catch (error) {
        if (blocks.get(name) === pending) blocks.delete(name)
        throw error
      }
      if (block.next <= block.end) {
        block.next += 1
        return block.next - 1
      }
      if (blocks.get(name) === pending) blocks.delete(name)
    }
  }
}

/** Gives the next integer of a kind in a tenant. */
export type Counters = ReturnType<typeof makeCounters>
