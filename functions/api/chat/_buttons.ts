import { z } from 'zod'
import type { NativeButton } from '#domains/commands/content/structured.ts'
import {
  callButton,
  copyButton,
  orderButton,
  type PixKey,
  pixButton,
  replyButton,
  urlButton,
} from '#domains/messages/native-flow.ts'
import { phoneDigits } from '#kit/phone.ts'
import { optionalText } from '#kit/text.ts'
import { label, optionalWords } from './_context-info.ts'

const TYPES = [
  'quick_reply',
  'reply',
  'url',
  'cta_url',
  'call',
  'cta_call',
  'copy',
  'cta_copy',
  'pix',
  'pix_payment',
  'payment_info',
  'review_and_pay',
] as const

type Action = 'reply' | 'url' | 'call' | 'copy' | 'pix' | 'order'

/** What a button does, by each name the document has for it. */
const ACTIONS: Record<(typeof TYPES)[number], Action> = {
  quick_reply: 'reply',
  reply: 'reply',
  url: 'url',
  cta_url: 'url',
  call: 'call',
  cta_call: 'call',
  copy: 'copy',
  cta_copy: 'copy',
  pix: 'pix',
  pix_payment: 'pix',
  payment_info: 'pix',
  review_and_pay: 'order',
}

/** An address that a phone can open; an empty one is none. */
export const link = optionalWords.refine((text) => !text || /^https?:\/\/\S+$/i.test(text), {
  message: 'must be an http or https URL',
})

/** A number that a phone can call; an empty one is none. */
const callable = optionalText.refine((text) => !text || phoneDigits(text) !== undefined, {
  message: 'must be a phone number with country code',
})

const PIX_TYPES = ['PHONE', 'EMAIL', 'CPF', 'CNPJ', 'EVP'] as const

const CENTS = 100

const MAX_ITEMS = 100

/** An offset of nothing would divide by nothing; without one WhatsApp counts in hundredths. */
const offset = z
  .number()
  .int()
  .nonnegative()
  .optional()
  .transform((value) => value || CENTS)

const item = z.object({
  name: label,
  quantity: z.number().int().positive(),
  amount_value: z.number().int().nonnegative(),
  amount_offset: offset.describe('Units of amount_value that make one of the currency'),
})

const fields = z.object({
  buttonId: label.describe('Comes back with the answer'),
  buttonText: z.object({ displayText: label }),
  type: z.enum(TYPES),
  url: link,
  merchant_url: link,
  phone: callable,
  code: optionalWords,
  pix_key: optionalWords,
  merchant_name: optionalWords,
  pix_type: z
    .union([z.literal(''), z.enum(PIX_TYPES)])
    .transform((type) => type || undefined)
    .optional(),
  currency: optionalText.refine((text) => !text || /^[A-Z]{3}$/.test(text), { message: 'must be an ISO 4217 code' }),
  total_value: z.number().int().nonnegative().optional().describe('In units of 1/total_offset of the currency'),
  total_offset: offset.describe('Units of total_value that make one of the currency'),
  reference_id: optionalWords,
  items: z.array(item).max(MAX_ITEMS, `has at most ${MAX_ITEMS} items`).optional(),
})

type Field = keyof z.output<typeof fields>

const NEEDS: Record<Action, Field[]> = {
  reply: [],
  url: [],
  call: ['phone'],
  copy: ['code'],
  pix: ['pix_key', 'merchant_name', 'pix_type'],
  order: ['reference_id', 'items'],
}

const PIX_FIELDS: Field[] = ['pix_key', 'merchant_name', 'pix_type']

/** A button, with what its type needs. */
export const buttonInput = fields.superRefine((button, issues) => {
  const action = ACTIONS[button.type]
  const missing = (field: Field, message = `is required for ${button.type} buttons`) =>
    issues.addIssue({ code: 'custom', path: [field], message })
  for (const field of NEEDS[action]) if (button[field] === undefined) missing(field)
  if (action === 'url' && !button.url && !button.merchant_url) missing('url')
  if (action !== 'order') return
  if (button.items?.length === 0) missing('items', 'has at least one item')
  // A key without its owner and kind is none.
  if (PIX_FIELDS.some((field) => button[field] !== undefined)) {
    for (const field of PIX_FIELDS) if (button[field] === undefined) missing(field, 'is required with a PIX key')
  }
})

type Button = z.output<typeof fields>

/** Whether a button asks for money. */
export const isPayment = ({ type }: Button): boolean => ACTIONS[type] === 'pix' || ACTIONS[type] === 'order'

const pixOf = ({ pix_key: key, merchant_name: merchantName, pix_type: keyType }: Button): PixKey | undefined =>
  key && merchantName && keyType ? { key, merchantName, keyType } : undefined

const BRAZIL = 'BRL'

const orderOf = (button: Button): NativeButton => {
  const items = (button.items ?? []).map(({ name, quantity, amount_value: value, amount_offset: offset }) => ({
    name,
    quantity,
    amount: { value, offset },
  }))
  const sum = items.reduce(
    (total, { quantity, amount }) => total + (quantity * amount.value * CENTS) / amount.offset,
    0,
  )
  const total =
    button.total_value === undefined
      ? { value: Math.round(sum), offset: CENTS }
      : { value: button.total_value, offset: button.total_offset }
  const referenceId = button.reference_id ?? button.buttonId
  return orderButton({ referenceId, currency: button.currency ?? BRAZIL, total, items }, pixOf(button))
}

const pixOnly = (button: Button): NativeButton => {
  const { total_value: value, total_offset: offset, reference_id, buttonId, currency = BRAZIL } = button
  const pix = pixOf(button)
  if (!pix) throw new Error('a PIX button was let through without its key')
  const total = value ? { value, offset } : undefined
  return pixButton(pix, { referenceId: reference_id ?? buttonId, currency, total })
}

/** A button as WhatsApp has it. */
export const nativeButton = (button: Button): NativeButton => {
  const { buttonId: id, buttonText, url, merchant_url: merchantUrl, phone = '', code = '' } = button
  const text = buttonText.displayText
  switch (ACTIONS[button.type]) {
    case 'reply':
      return replyButton(text, id)
    case 'url':
      return urlButton(text, url ?? merchantUrl ?? '', id, merchantUrl)
    case 'call':
      return callButton(text, phone, id)
    case 'copy':
      return copyButton(text, code, id)
    case 'pix':
      return pixOnly(button)
    case 'order':
      return orderOf(button)
  }
}
