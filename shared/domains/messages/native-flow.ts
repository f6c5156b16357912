import type { NativeButton } from '../commands/content/structured.ts'

/**
 * Buttons of WhatsApp's native flows. WhatsApp publishes neither the names nor the members of their parameters; these are the ones
 * that public clients send and phones show (Evolution API, Baileys forks, whatsapp-rust).
 */
const button = (name: string, params: Record<string, unknown>): NativeButton => ({
  name,
  params: JSON.stringify(params),
})

/** Answers with its id. */
export const replyButton = (label: string, id: string): NativeButton =>
  button('quick_reply', { display_text: label, id })

/** Opens an address. */
export const urlButton = (label: string, url: string, id?: string, merchantUrl = url): NativeButton =>
  button('cta_url', { display_text: label, url, merchant_url: merchantUrl, id })

/** Calls a number. */
export const callButton = (label: string, phone: string, id?: string): NativeButton =>
  button('cta_call', { display_text: label, phone_number: phone, id })

/** Copies a code. */
export const copyButton = (label: string, code: string, id?: string): NativeButton =>
  button('cta_copy', { display_text: label, copy_code: code, id })

/** A row of a list; `id` comes back with the answer. */
export type ListRow = { id: string; title: string; description?: string }

/** Opens a list of which one row is chosen. */
export const listButton = (label: string, sections: { title: string; rows: ListRow[] }[]): NativeButton =>
  button('single_select', {
    title: label,
    sections: sections.map(({ title, rows }) => ({
      title,
      rows: rows.map((row) => ({ header: '', title: row.title, description: row.description ?? '', id: row.id })),
    })),
  })

/** An amount as payments have it: `value` in units of 1/`offset`. */
export type Amount = { value: number; offset: number }

/** Who is paid by PIX, and by which kind of key. */
export type PixKey = { merchantName: string; key: string; keyType: string }

/** What is to be paid for. */
export type Order = {
  referenceId: string
  currency: string
  total: Amount
  items: { name: string; quantity: number; amount: Amount }[]
}

const pixSetting = ({ merchantName, key, keyType }: PixKey): Record<string, unknown> => ({
  type: 'pix_static_code',
  pix_static_code: { merchant_name: merchantName, key, key_type: keyType },
})

const NOTHING: Amount = { value: 0, offset: 1 }

/** Shows a PIX key to pay to. Without an amount the payer chooses it; phones then want a form of order that says so. */
export const pixButton = (
  pix: PixKey,
  order: { referenceId: string; currency: string; total?: Amount },
): NativeButton => {
  const total = order.total ?? NOTHING
  return button('payment_info', {
    currency: order.currency,
    total_amount: total,
    reference_id: order.referenceId,
    type: 'physical-goods',
    order: {
      status: 'pending',
      subtotal: total,
      order_type: order.total ? 'ORDER' : 'ORDER_WITHOUT_AMOUNT',
      items: [{ name: '', amount: total, quantity: 0, sale_amount: total }],
    },
    payment_settings: [pixSetting(pix), { type: 'cards', cards: { enabled: false } }],
    share_payment_status: false,
  })
}

/** Shows an order, to be paid by PIX if there is a key. */
export const orderButton = (order: Order, pix: PixKey | undefined): NativeButton =>
  button('review_and_pay', {
    currency: order.currency,
    total_amount: order.total,
    reference_id: order.referenceId,
    type: 'physical-goods',
    order: {
      status: 'pending',
      subtotal: order.total,
      order_type: 'ORDER',
      items: order.items.map(({ name, quantity, amount }, at) => ({
        retailer_id: `${order.referenceId}-${at + 1}`,
        product_id: `${order.referenceId}-${at + 1}`,
        name,
        quantity,
        amount,
      })),
    },
    payment_settings: [...(pix ? [pixSetting(pix)] : []), { type: 'cards', cards: { enabled: false } }],
    share_payment_status: false,
  })

/** Names that phones know. Any other is a name of the caller's own. */
const KNOWN_NAMES = new Set([
  'quick_reply',
  'single_select',
  'cta_url',
  'cta_call',
  'cta_copy',
  'cta_catalog',
  'cta_reminder',
  'cta_cancel_reminder',
  'address_message',
  'send_location',
  'open_webview',
  'mpm',
  'catalog_message',
  'galaxy_message',
  'call_permission_request',
  'payment_info',
  'payment_status',
  'payment_method',
  'review_and_pay',
  'review_order',
])

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

/**
 * A button of a form. Phones know forms by one name only, `galaxy_message`, and open the one that `flow_id` says
 * (whatsmeow, issues 1144 and 1241): a button that has a form and a name of the caller's own gets that name, its label
 * becomes `flow_cta`, and what phones want beside is added where the caller did not give it.
 */
export const flowButton = (name: string, params: Record<string, unknown>): NativeButton => {
  if (KNOWN_NAMES.has(name) || text(params.flow_id) === undefined) return button(name, params)
  return button('galaxy_message', {
    flow_cta: text(params.display_text) ?? name,
    flow_action: 'navigate',
    flow_message_version: '3',
    mode: 'published',
    ...params,
    flow_name: text(params.flow_name) ?? name,
  })
}
