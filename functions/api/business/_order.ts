import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { IMAGE_LIMIT, inspectImage } from '#domains/media/inspect.ts'
import { refuse } from '#functions/api/user/_live.ts'
import { sha256 } from '#kit/crypto.ts'
import { safeGet } from '#kit/safe-fetch.ts'

const INVALID = 'invalid order item format'

/** One thing that is ordered. */
export const orderItem = z.object({
  name: z.string().min(1, INVALID).max(255, INVALID),
  quantity: z.number().int(INVALID).min(1, INVALID).max(99_999, INVALID),
  price: z.number().nonnegative(INVALID).max(1_000_000_000, INVALID).describe('Per unit'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, INVALID)
    .default('USD')
    .describe('ISO 4217; the same for all items'),
  image_url: z.string().max(2048).optional().describe('The picture of the first item that has one is shown'),
})

type Item = z.output<typeof orderItem>

const amount = (thousandths: number): string => (thousandths / 1000).toFixed(2)

const priceOf = ({ price, quantity }: Item): number => Math.round(price * 1000) * quantity

/** The one currency of an order. Throws `validation_failed` where items differ: a sum of several currencies is none. */
const currencyOf = (items: readonly Item[]): string => {
  const [currency = 'USD', ...others] = new Set(items.map((item) => item.currency))
  if (others.length > 0) throw refuse(`${INVALID}: all items must have the same currency`)
  return currency
}

const thumbnailOf = async (url: string | undefined): Promise<string | undefined> => {
  if (url === undefined) return undefined
  const { body } = await safeGet(url, { maxBytes: IMAGE_LIMIT })
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return (await inspectImage(Buffer.concat(chunks))).thumbnail
}

const DIGITS = 12

/** An order's id; a request that is repeated under one message id has one. */
const orderIdOf = (messageId: string | undefined): string => {
  const number = messageId === undefined ? randomInt(2 ** 47) : Number.parseInt(sha256(messageId).slice(0, 11), 16)
  return `ORD${String(number).padStart(DIGITS, '0').slice(-DIGITS)}`
}

/**
 * An order's message: one line for each item, then the notes. `messageId` is given when repetitions of the request are the same
 * order. Throws what fetching and reading its picture throws.
 */
export const orderOf = async (
  sellerJid: string,
  { items, notes, messageId }: { items: readonly Item[]; notes?: string; messageId?: string },
) => {
  const currency = currencyOf(items)
  const lines = items.map((item) => `${item.quantity} × ${item.name}: ${amount(priceOf(item))} ${currency}`)
  const total = items.reduce((sum, item) => sum + priceOf(item), 0)
  return {
    kind: 'order' as const,
    orderId: orderIdOf(messageId),
    sellerJid,
    title: items
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 60),
    text: [...lines, ...(notes ? ['', notes] : [])].join('\n'),
    itemCount: items.length,
    totalAmount1000: total,
    currency,
    thumbnail: await thumbnailOf(items.find(({ image_url: url }) => url !== undefined)?.image_url),
  }
}
