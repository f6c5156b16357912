import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { OUTBOX_ATTRIBUTE, type OutboxEvent, readOutbox } from '#data/outbox.ts'
import { EVENTS } from '#domains/events.ts'
import { type EventRecord, type Image, toEventRecord } from '#kit/define-event.ts'

/** A record of the table's stream as the pipe hands it over. */
export type StreamRecord = {
  eventID?: string
  dynamodb?: { NewImage?: Record<string, AttributeValue>; SequenceNumber?: string }
}

/** An event that cannot be made from its record: what is known about it, without the record's content. */
export type Unprojectable = { type: string; reason: string; pk: string; sk: string; sequence: string }

/** What comes of one record, in the order in which it was raised. */
export type Projected = { event: EventRecord } | { unprojectable: Unprojectable }

/** The events in one stream record. Never throws: a record that cannot be read must not hold up those behind it. */
export const projectRecord = (record: StreamRecord): Projected[] => {
  const stored = record.dynamodb?.NewImage
  if (!stored?.[OUTBOX_ATTRIBUTE]) return []
  let image: Image = {}
  const broken = (type: string, error: unknown): Projected => ({
    unprojectable: {
      type,
      reason: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : String(error),
      pk: stored.pk?.S ?? '',
      sk: stored.sk?.S ?? '',
      sequence: record.dynamodb?.SequenceNumber ?? '',
    },
  })
  let entries: OutboxEvent[]
  try {
    image = imageOf(stored)
    entries = readOutbox(image)
  } catch (error) {
    return [broken('unknown', error)]
  }
  return entries.map((entry) => {
    try {
      return { event: eventOf(entry, image) }
    } catch (error) {
      return broken(entry.type, error)
    }
  })
}

/** The item as plain values, without the encoded WhatsApp message, which no event shows and which is most of its bytes. */
const imageOf = ({ proto: _proto, ...stored }: Record<string, AttributeValue>): Image => unmarshall(stored)

const eventOf = (entry: OutboxEvent, image: Image): EventRecord => {
  const definition = EVENTS.get(entry.type)
  if (!definition) throw new Error('there is no event of this type')
  if (typeof image.tenantId !== 'string') throw new Error('the item names no tenant')
  return toEventRecord(definition, entry, image)
}
