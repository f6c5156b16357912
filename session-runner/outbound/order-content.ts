import { proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'

const { OrderStatus, OrderSurface } = proto.Message.OrderMessage

/** An order as WhatsApp's message: an inquiry, which is what customers send. It names no catalogue, since it has no products of one. */
export const orderMessage = (content: Extract<MessageContent, { kind: 'order' }>): proto.IMessage => ({
  orderMessage: {
    orderId: content.orderId,
    sellerJid: content.sellerJid,
    orderTitle: content.title,
    message: content.text,
    itemCount: content.itemCount,
    totalAmount1000: content.totalAmount1000,
    totalCurrencyCode: content.currency,
    status: OrderStatus.INQUIRY,
    surface: OrderSurface.CATALOG,
    thumbnail: content.thumbnail === undefined ? undefined : Buffer.from(content.thumbnail, 'base64'),
  },
})
