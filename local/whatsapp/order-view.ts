import type { proto } from '@whiskeysockets/baileys'

/** An order as its recipient sees it. */
export interface OrderView {
  id: string
  title?: string
  itemCount: number
  /** Thousandths of the currency's unit. */
  total1000: number
  currency?: string
  hasThumbnail: boolean
}

/** The order in a message, with its words. */
export function orderOf({ orderMessage }: proto.IMessage): { text?: string; order: OrderView } | undefined {
  if (!orderMessage) return undefined
  const { orderId, orderTitle, itemCount, totalAmount1000, totalCurrencyCode, thumbnail, message } = orderMessage
  const order: OrderView = {
    id: orderId ?? '',
    title: orderTitle ?? undefined,
    itemCount: itemCount ?? 0,
    total1000: Number(totalAmount1000 ?? 0),
    currency: totalCurrencyCode ?? undefined,
    hasThumbnail: (thumbnail?.length ?? 0) > 0,
  }
  return { text: message ?? undefined, order }
}
