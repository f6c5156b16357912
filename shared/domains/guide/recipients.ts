import { type AppError, fail, toAppError } from '#kit/errors.ts'
import { parseRecipient, type Recipient } from '#kit/phone.ts'
import type { CommandPort } from '../commands/dispatch.ts'
import type { Device } from '../devices/model.ts'
import { groupOfInvite } from '../groups/ask.ts'
import { readWhatsappUserId } from './matrix-ids.ts'

/** One of several recipients as the caller named it, and where that leads, or why nowhere. */
export type Named = { name: string; to: Recipient | AppError }

/** Recipients a request may have at most. */
const RECIPIENT_LIMIT = 50

/** Milliseconds WhatsApp has to say which group a link leads to: the message is still to be sent after it. */
const INVITE_WAIT_MS = 8_000

/** The entries of a comma-separated list, each once. Throws `validation_failed` naming `field` for none and for too many. */
export const readList = (text: string, field: string): string[] => {
  const entries = [...new Set(text.split(',').map((entry) => entry.trim()))].filter((entry) => entry !== '')
  const refuse = (message: string) => fail('validation_failed', { details: [{ path: field, message }] })
  if (entries.length === 0) throw refuse('is required')
  if (entries.length > RECIPIENT_LIMIT) throw refuse(`has at most ${RECIPIENT_LIMIT} recipients`)
  return entries
}

const caught = async (name: string, find: () => Recipient | Promise<Recipient>): Promise<Named> => {
  try {
    return { name, to: await find() }
  } catch (error) {
    return { name, to: toAppError(error) }
  }
}

/** People and groups by phone number, JID or Matrix user id. */
export const readContacts = (names: string[]): Promise<Named[]> =>
  Promise.all(names.map((name) => caught(name, () => parseRecipient(readWhatsappUserId(name) ?? name, 'contact'))))

/** Groups by invitation: WhatsApp tells where each leads. `codeOf` gives the code of a link, or undefined for what is none. */
export const resolveGroups = (
  port: CommandPort,
  device: Device,
  urls: string[],
  codeOf: (url: string) => string | undefined,
): Promise<Named[]> =>
  Promise.all(
    urls.map((name) =>
      caught(name, async () => {
        const code = codeOf(name)
        if (code === undefined) {
          const message = 'must be an invitation link, as https://chat.whatsapp.com/HffXhYmzzyJGec61oqMXiz'
          throw fail('validation_failed', { details: [{ path: 'group_url', message }] })
        }
        const { jid } = await groupOfInvite(port, device, code, INVITE_WAIT_MS)
        return parseRecipient(jid, 'group_url')
      }),
    ),
  )
