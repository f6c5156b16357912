import type { ErrorCode } from '#kit/errors.ts'

/** What an operation needs that sends with files. */
export const SEND_NEEDS = { main: 'readWrite', session: 'read', commands: 'send', media: 'readWrite' } as const

/** What an operation may fail with that names a device and sends text or a file with it. */
export const SEND_ERRORS: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'forbidden',
  'not_found',
  'not_on_whatsapp',
  'not_group_member',
  'group_unknown',
  'media_invalid',
  'payload_too_large',
  'device_not_connected',
  'device_logged_out',
  'send_failed',
  'outcome_unknown',
]
