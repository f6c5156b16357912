import { CONNECTION_STATES, type Device } from '#domains/devices/model.ts'
import type { MessageFailure } from '#domains/messages/model.ts'

/**
 * What the server's error codes in a message's acknowledgement mean (463 and 479 as Baileys knows them; 405 and 473 came back for
 * forms of buttons that others tried: whatsmeow, pull request 1235; whatsapp-rust, issue 1132).
 */
const REFUSALS: Record<number, string> = {
  401: 'WhatsApp does not let this number write to the chat: it is no member.',
  403: 'WhatsApp does not let this number write to the chat.',
  404: 'The chat does not exist.',
  405: 'WhatsApp does not take this form of message from this number.',
  420: 'WhatsApp does not let this number add members or write to the group.',
  463: 'WhatsApp refuses messages from this number to people who have not written first. Sending on makes it worse.',
  473: 'WhatsApp does not take this form of message from this number.',
  479: 'WhatsApp did not accept the form of the message; the device list of the recipient may have changed.',
}

/** The failure of a message that WhatsApp's server refused. */
export const refusal = (code: number): MessageFailure => ({
  code: 'send_failed',
  providerCode: code,
  message: REFUSALS[code] ?? `WhatsApp refused the message with code ${code}.`,
})

/** Codes with which WhatsApp keeps a group's member list from a number that is not in it. */
const NO_MEMBER = new Set([401, 403, 404])

/**
 * The failure of a message to a group whose member list WhatsApp did not give (the client asks for it before it sends, and
 * throws with the code as `data`); undefined for any other error. Trying again would not help.
 */
export const groupRefusal = (to: string, error: unknown): MessageFailure | undefined => {
  const code = (error as { data?: unknown } | null)?.data
  if (!to.endsWith('@g.us') || typeof code !== 'number' || !NO_MEMBER.has(code)) return undefined
  return { ...refusal(code), code: code === 404 ? 'group_unknown' : 'not_group_member' }
}

/** Why a message cannot be sent on this device, or undefined while waiting still makes sense. */
export const unreachable = (device: Device, isTooLate: boolean): MessageFailure | undefined => {
  if (device.state === 'loggedOut' || device.jid === undefined) {
    return { code: 'device_logged_out', message: CONNECTION_STATES.loggedOut }
  }
  if (device.state === 'failed')
    return { code: 'device_not_connected', message: device.reason ?? CONNECTION_STATES.failed }
  if (device.desired === 'offline') return { code: 'device_not_connected', message: CONNECTION_STATES.idle }
  if (isTooLate) {
    return {
      code: 'device_not_connected',
      message: 'The device did not come online in time; the message was not sent.',
    }
  }
  return undefined
}
