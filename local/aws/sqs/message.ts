import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'

/** Attributes a sender gives a message, as they travel. */
export const messageAttributesSchema = z.record(
  z.string(),
  z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
)

/** Attributes of a message by name. */
export type MessageAttributes = z.infer<typeof messageAttributesSchema>

/** One message in a queue. Times are milliseconds since 1970. */
export type Message = {
  id: string
  /** Rises strictly within a queue; it is the order of a FIFO group. */
  sequence: number
  body: string
  attributes: MessageAttributes
  groupId: string | undefined
  deduplicationId: string | undefined
  /** ARN of the queue a message was redriven from. */
  deadLetterSource: string | undefined
  sentAt: number
  /** When it may be received: the end of its delay or of its visibility timeout. */
  visibleAt: number
  receives: number
  firstReceivedAt: number | undefined
  /** The handle of the latest receive. */
  receipt: string | undefined
}

/** What a sender gives. */
export type NewMessage = {
  body: string
  attributes: MessageAttributes
  delayS: number | undefined
  groupId: string | undefined
  deduplicationId: string | undefined
}

/** A message as it is when it was just sent. */
export const newMessage = (
  { body, attributes, groupId }: NewMessage,
  facts: Pick<Message, 'sequence' | 'deduplicationId' | 'sentAt' | 'visibleAt'>,
): Message => ({
  id: randomUUID(),
  body,
  attributes,
  groupId,
  deadLetterSource: undefined,
  receives: 0,
  firstReceivedAt: undefined,
  receipt: undefined,
  ...facts,
})

const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex')

/** Digest of a body, which SDK clients compare with what they sent. */
export const digestOfBody = (body: string): string => md5(body)

/** Digest of message attributes in the encoding SQS documents, or undefined when there are none. */
export function digestOfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name]!
    const binary = DataType.startsWith('Binary')
    const value = binary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '')
    return [
      ...sized(Buffer.from(name)),
      ...sized(Buffer.from(DataType)),
      Buffer.from([binary ? 2 : 1]),
      ...sized(value),
    ]
  })
  return md5(Buffer.concat(parts))
}

function sized(data: Buffer): Buffer[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return [length, data]
}

/** Bytes a message counts for against the largest size. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce((total, [name, { DataType, StringValue, BinaryValue }]) => {
    const value = StringValue ? Buffer.byteLength(StringValue) : Buffer.byteLength(BinaryValue ?? '', 'base64')
    return total + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value
  }, Buffer.byteLength(body))
}
