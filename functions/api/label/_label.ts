import { findLabel } from '#domains/chats/repo.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Context } from '#kit/context.ts'
import { type ErrorCode, fail } from '#kit/errors.ts'

/** Failures that every operation on labels knows. */
export const labelErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'not_found',
  'no_session',
  'device_not_connected',
  'device_logged_out',
  'upstream_error',
  'upstream_timeout',
  'try_again',
]

/** Throws `not_found` unless the account has the label: WhatsApp would take any id, and nobody would see a label. */
export const requireLabel = async (ctx: Context, device: Device, labelId: string): Promise<void> => {
  if (!(await findLabel(ctx, device.id, labelId))) {
    throw fail('not_found', { message: 'There is no label of that id.' })
  }
}
