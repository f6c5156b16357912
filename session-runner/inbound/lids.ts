import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { LRUCache } from 'lru-cache'
import { lidMappingItem } from '#domains/contacts/lids.ts'
import type { Device } from '#domains/devices/model.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'

type Place = Pick<Device, 'id' | 'tenantId'>

const BATCH = 25
const AT_ONCE = 8
const TRIES = 8

/**
 * Keeps which phone number and LID are one person where the API can read it. Signal state holds the same, sealed, for the client;
 * it is written behind, and after this. History brings thousands at once, so they are written in batches.
 */
export const makeLidStore = (ctx: Context, dynamodb: DynamoDBClient) => {
  const written = new LRUCache<string, string>({ max: 50_000 })

  const writeBatch = async (requests: WriteRequest[]): Promise<void> => {
    let pending = requests
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      const command = new BatchWriteItemCommand({ RequestItems: { [ctx.main.name]: pending } })
      pending = (await dynamodb.send(command)).UnprocessedItems?.[ctx.main.name] ?? []
      if (pending.length === 0) return
      if (attempt >= TRIES) throw new Error('the table takes no more now')
      await delay(Math.min(1000, 50 * 2 ** attempt))
    }
  }

  return {
    /** Stores the LIDs (user parts) of phone numbers (digits) that a device learnt. What cannot be stored is logged. */
    learnt: async (device: Place, lids: Readonly<Record<string, string>>): Promise<void> => {
      const learntAt = isoTime(ctx.clock.nowMs())
      const due = Object.entries(lids).filter(([phone, lid]) => written.get(`${device.id}\n${phone}`) !== lid)
      const batches: WriteRequest[][] = []
      for (let at = 0; at < due.length; at += BATCH) {
        const some = due.slice(at, at + BATCH)
        batches.push(
          some.map(([phone, lid]) => ({
            PutRequest: { Item: marshall(lidMappingItem(device, { phone, lid, learntAt })) },
          })),
        )
      }
      try {
        while (batches.length > 0) await Promise.all(batches.splice(0, AT_ONCE).map(writeBatch))
        for (const [phone, lid] of due) written.set(`${device.id}\n${phone}`, lid)
      } catch (error) {
        ctx.log.error('LIDs not stored', { deviceId: device.id, count: due.length, error: String(error) })
      }
    },

    /** The login ended and its mappings are gone: they are written again when they are learnt again. */
    forget: ({ id }: Pick<Place, 'id'>): void => {
      for (const key of [...written.keys()]) if (key.startsWith(`${id}\n`)) written.delete(key)
    },
  }
}

/** LIDs that the devices of a task learn. */
export type LidStore = ReturnType<typeof makeLidStore>

/** The entries of the client's mapping store that name a phone number's LID; each has a twin for the way back. */
export const lidsIn = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => /^\d+$/.test(entry[0]) && typeof entry[1] === 'string',
    ),
  )
