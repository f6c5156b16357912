import { z } from 'zod'

/** Orders. */
export const orderContent = [
  z.object({
    kind: z.literal('order'),
    orderId: z.string(),
    sellerJid: z.string(),
    title: z.string(),
    /** What is ordered, in words. */
    text: z.string(),
    itemCount: z.number().int(),
    /** Thousandths of the currency's unit. */
    totalAmount1000: z.number().int(),
    /** ISO 4217. */
    currency: z.string(),
    /** JPEG preview, base64, a few kilobytes at most. */
    thumbnail: z.string().optional(),
  }),
] as const
