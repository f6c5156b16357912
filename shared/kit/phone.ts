import type { Address } from '#domains/contacts/model.ts'
import { fail } from './errors.ts'

/** Where a message goes: the JID as WhatsApp takes it, and the same as an address of the contact. */
export type Recipient = { jid: string; address: Address; isGroup: boolean }

const PHONE = /^\+?[\d\s().-]+$/

/** E.164 allows 15 digits; shorter than 5 is no subscriber number anywhere. */
const DIGITS = /^\d{5,15}$/

/** `user.agent:device@server` as other clients write own addresses; agent and device do not address a chat. */
const JID = /^([\w-]+)(?:\.\d+)?(?::\d+)?@([\w.]+)$/

/** The digits of a phone number written with `+`, spaces or dashes; undefined for anything else. Nothing is added or replaced. */
export const phoneDigits = (text: string): string | undefined => {
  if (!PHONE.test(text.trim())) return undefined
  const digits = text.replace(/\D/g, '')
  return DIGITS.test(digits) ? digits : undefined
}

const fromJid = (user: string, server: string): Recipient | undefined => {
  if (server === 'g.us') {
    const jid = `${user}@g.us`
    return /^\d+(-\d+)?$/.test(user) ? { jid, address: { group: jid }, isGroup: true } : undefined
  }
  if (server === 'lid') {
    const jid = `${user}@lid`
    return /^\d+$/.test(user) ? { jid, address: { lid: jid }, isGroup: false } : undefined
  }
  if (server !== 's.whatsapp.net' && server !== 'c.us') return undefined
  const jid = `${user}@s.whatsapp.net`
  return DIGITS.test(user) ? { jid, address: { pn: jid }, isGroup: false } : undefined
}

/**
 * Reads a phone number (digits, `+`, spaces) or a JID of a person or group. A number is taken as it is written: whether
 * it exists only WhatsApp knows. Undefined when it is neither.
 */
export const readRecipient = (text: string): Recipient | undefined => {
  const jid = JID.exec(text.trim())
  if (jid) return fromJid(jid[1] ?? '', jid[2] ?? '')
  const digits = phoneDigits(text)
  return digits === undefined ? undefined : fromJid(digits, 's.whatsapp.net')
}

/** Reads a recipient. Throws `validation_failed` naming `field`. */
export const parseRecipient = (text: string, field: string): Recipient => {
  const recipient = readRecipient(text)
  if (recipient) return recipient
  throw fail('validation_failed', {
    details: [
      {
        path: field,
        message: 'must be a phone number with country code (5 to 15 digits) or the JID of a person or group',
      },
    ],
  })
}
