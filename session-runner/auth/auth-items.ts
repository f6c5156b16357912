import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Condition, Item, Table } from '#data/table.ts'
import { delay } from '#kit/clock.ts'
import { open, seal } from './sealed-value.ts'

/** Thrown when Signal state was found to belong to a newer owner: the device has to stop here at once. */
export class FenceLost extends Error {
  override readonly name = 'FenceLost'
}

/** Thrown when Signal state may not be touched now because the lease expired by our own clock; it may come back. */
export class FencePaused extends Error {
  override readonly name = 'FencePaused'
}

/** Thrown when Signal state is used after its login ended and it was deleted. */
export class LoginEnded extends Error {
  override readonly name = 'LoginEnded'
}

/** Who writes: the epoch of the shard's lease and whether the lease is valid by our own clock at this moment. */
type Fence = { epoch: number; valid: () => boolean }

type AuthItem = Item & { epoch?: number; v?: Uint8Array; parts?: number }

/** Bytes of one item's value; DynamoDB's limit for an item is 400 KB. Longer values are cut into parts. */
const PART_BYTES = 350_000

const BATCH = 25

/** Partition of a device's Signal state. */
const authPartition = (deviceId: string): string => `A#${deviceId}`

/**
 * The stored Signal state of one device. `claim` reads an item and makes it ours in one conditional write, so that a former
 * owner's late write to it is refused; `put` refuses when a newer epoch owns the item; `putLoose` is for facts that are true
 * whoever writes them and need no fence.
 */
export const makeAuthItems = (session: Table, client: DynamoDBClient, deviceId: string, fence: Fence) => {
  const pk = authPartition(deviceId)
  const ours: Condition = {
    text: 'attribute_not_exists(#epoch) OR #epoch <= :epoch',
    values: { epoch: fence.epoch },
  }
  const writing = new Set<Promise<unknown>>()
  let ended = false

  const check = (): void => {
    if (ended) throw new LoginEnded('the login has ended')
    if (!fence.valid()) throw new FencePaused('the lease is not valid now')
  }
  const nameOf = (sk: string): string => `${deviceId}\n${sk}`

  const join = async (key: Uint8Array, sk: string, item: AuthItem): Promise<unknown> => {
    if (!item.v) return undefined
    if (!item.parts) return open(key, nameOf(sk), item.v)
    const keys = Array.from({ length: item.parts }, (_, at) => ({ pk, sk: `${sk}~${at + 1}` }))
    const parts = await session.getMany<AuthItem>(keys)
    const sorted = keys.map((wanted) => parts.find((part) => part.sk === wanted.sk)?.v ?? new Uint8Array())
    return open(key, nameOf(sk), Buffer.concat([item.v, ...sorted]))
  }

  /** Lets `removeAll` wait for writes under way: one that landed after it would bring back a part of the state. */
  const tracked =
    <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      const work = write(...args)
      writing.add(work)
      const done = (): boolean => writing.delete(work)
      work.then(done, done)
      return work
    }

  return {
    nameOf,

    /** The raw item, claimed for this epoch; undefined when there is none. Throws `FenceLost` when a newer epoch owns it. */
    claimItem: async (sk: string): Promise<AuthItem | undefined> => {
      check()
      const outcome = await session.update<AuthItem>(
        { pk, sk },
        { set: { epoch: fence.epoch }, condition: { text: '#epoch <= :epoch', values: { epoch: fence.epoch } } },
      )
      if ('item' in outcome) return outcome.item
      if (outcome.lost) throw new FenceLost('a newer owner holds the item')
      return undefined
    },

    /** The value of an item as `claimItem` gave it. */
    valueOf: (key: Uint8Array, item: AuthItem): Promise<unknown> => join(key, item.sk, item),

    /** Values of items that need no claim, by sort key; absent ones are absent. */
    readMany: async (key: Uint8Array, sks: string[]): Promise<Map<string, unknown>> => {
      const items = await session.getMany<AuthItem>(sks.map((sk) => ({ pk, sk })))
      const values = await Promise.all(
        items.map(async (item): Promise<[string, unknown]> => [item.sk, await join(key, item.sk, item)]),
      )
      return new Map(values)
    },

    /** Writes an item if no newer epoch owns it. Throws `FenceLost`. */
    put: tracked(
      async (key: Uint8Array, sk: string, value: unknown, extra: Record<string, unknown> = {}): Promise<void> => {
        check()
        const sealed = seal(key, nameOf(sk), value)
        const parts = Math.ceil(sealed.length / PART_BYTES) - 1
        for (let at = 1; at <= parts; at += 1) {
          const v = sealed.subarray(at * PART_BYTES, (at + 1) * PART_BYTES)
          await session.put({ pk, sk: `${sk}~${at}`, epoch: fence.epoch, v }, { condition: ours })
        }
        const item = { pk, sk, epoch: fence.epoch, v: sealed.subarray(0, PART_BYTES), ...extra }
        const kept = await session.put(parts > 0 ? { ...item, parts } : item, { condition: ours })
        if (!kept) throw new FenceLost('a newer owner holds the item')
      },
    ),

    /** Removes an item if no newer epoch owns it. Throws `FenceLost`. */
    remove: tracked(async (sk: string): Promise<void> => {
      check()
      if (!(await session.remove({ pk, sk }, ours))) throw new FenceLost('a newer owner holds the item')
    }),

    /** Writes and removes many unfenced items in few calls. */
    putLoose: tracked(async (key: Uint8Array, values: ReadonlyMap<string, unknown>): Promise<void> => {
      check()
      let pending: WriteRequest[] = [...values].map(([sk, value]) =>
        value === null
          ? { DeleteRequest: { Key: marshall({ pk, sk }) } }
          : {
              PutRequest: { Item: marshall({ pk, sk, epoch: fence.epoch, v: seal(key, nameOf(sk), value) }) },
            },
      )
      for (let attempt = 0; pending.length > 0; attempt += 1) {
        const answer = await client.send(
          new BatchWriteItemCommand({ RequestItems: { [session.name]: pending.slice(0, BATCH) } }),
        )
        const unprocessed = answer.UnprocessedItems?.[session.name] ?? []
        pending = [...pending.slice(BATCH), ...unprocessed]
        if (unprocessed.length > 0) await delay(Math.min(1000, 50 * 2 ** attempt))
      }
    }),

    /** Removes everything of the device and refuses every later write: after a logout the state must never be used again. */
    removeAll: async (): Promise<void> => {
      ended = true
      await Promise.allSettled(writing)
      let startKey: Record<string, unknown> | undefined
      do {
        const page = await session.query<AuthItem>({ pk, startKey })
        await Promise.all(page.items.map((item) => session.remove({ pk, sk: item.sk }, ours)))
        startKey = page.next
      } while (startKey)
    },
  }
}

/** The stored Signal state of one device. */
export type AuthItems = ReturnType<typeof makeAuthItems>
