import type { SocketConfig } from '@whiskeysockets/baileys'
import type { Log } from '#kit/context.ts'

type ClientLog = SocketConfig['logger']

const PER_MINUTE = 20

/** Longer runs of digits are phone numbers, LIDs or ids of people: none of them belongs in a log. */
const withoutPeople = (text: string): string => text.replace(/\d{5,}/g, '…').slice(0, 300)

const messageOf = (subject: unknown): string => {
  if (typeof subject === 'string') return subject
  const fields = subject as { err?: unknown; error?: unknown; trace?: unknown } | null
  const error = fields?.err ?? fields?.error
  return error instanceof Error ? error.message : ''
}

/**
 * The log Baileys writes to: warnings and errors only, without fields (they hold messages, keys and numbers), at most twenty
 * a minute and device, so that a broken session cannot drown the rest.
 */
export const clientLog = (log: Log, deviceId: string): ClientLog => {
  let minute = 0
  let written = 0
  const write = (level: 'warn' | 'error', subject: unknown, message?: string): void => {
    const now = Math.floor(Date.now() / 60_000)
    if (now !== minute) {
      minute = now
      written = 0
    }
    written += 1
    if (written > PER_MINUTE) return
    const cause = messageOf(subject)
    log[level === 'error' ? 'warn' : 'info'](`client: ${withoutPeople(message ?? cause)}`, {
      deviceId,
      cause: message && cause ? withoutPeople(cause) : undefined,
    })
  }
  const nothing = (): void => undefined
  const client: ClientLog = {
    level: 'warn',
    child: () => client,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: (subject, message) => write('warn', subject, message),
    error: (subject, message) => write('error', subject, message),
  }
  return client
}

/**
 * libsignal prints whole sessions, private keys included, with `console`. The runner logs through its own stream, so nothing
 * may use `console` here at all.
 */
export const silenceConsole = (): void => {
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const) {
    console[name] = () => undefined
  }
}
