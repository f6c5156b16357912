import type { Device } from '#domains/devices/model.ts'
import { requestHistory } from '#domains/sync/ask.ts'
import { AppError, type ErrorCode, fail } from '#kit/errors.ts'
import { commandPort } from '#services'

/** Failures of a request that is sent to the phone. */
export const requestErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'not_found',
  'operation_failed',
  'upstream_timeout',
  'try_again',
]

/** What the document says of a request that did not leave. */
export const notSent = (words: string, reason: string, cause?: unknown): AppError =>
  fail('operation_failed', { message: `${words}: ${reason}`, cause })

const REFUSALS: readonly ErrorCode[] = ['device_not_connected', 'device_logged_out', 'upstream_error']

/** Sends a request for history to the phone. Throws `operation_failed` with the document's words when WhatsApp does not take it. */
export const sendRequest = async (
  device: Device,
  request: Parameters<typeof requestHistory>[2],
  words: string,
): Promise<void> => {
  try {
    await requestHistory(commandPort(), device, request)
  } catch (error) {
    if (error instanceof AppError && REFUSALS.includes(error.code)) throw notSent(words, error.message, error)
    throw error
  }
}
