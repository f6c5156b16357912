/**
 * The one catalogue of errors: code to HTTP status and default public text. Styles decide how a body looks, never which
 * status a failure has.
 */
const CATALOGUE = {
  validation_failed: [400, 'The request is not valid.'],
  invalid_json: [400, 'The body is not valid JSON.'],
  invalid_cursor: [400, 'The cursor is not valid for this request.'],
  unsafe_url: [400, 'The URL is not allowed: it must be a public http or https address.'],
  media_unreachable: [400, 'The media URL could not be fetched.'],
  media_invalid: [400, 'The media is not of a supported type.'],
  no_jid: [400, 'no JID found, QR scan required for initial pairing'],
  client_not_connected: [400, 'Client not connected'],
  not_on_whatsapp: [400, 'The number is not on WhatsApp.'],
  weak_password: [400, 'The password is too common, or is the e-mail address.'],
  invalid_code: [400, 'The code is wrong.'],
  unauthenticated: [401, 'unauthorized'],
  invalid_credentials: [401, 'The e-mail address or the password is wrong.'],
  invalid_refresh_token: [401, 'The refresh token is unknown or expired.'],
  refresh_reuse_detected: [401, 'The refresh token was used before; all its sessions are ended.'],
  code_expired: [401, 'The code is too old or was used. Ask for a new one.'],
  forbidden: [403, 'The credential does not allow this.'],
  capability_not_held: [403, 'Nobody can give a capability that he does not hold himself.'],
  current_password_required: [403, 'The current password is needed: the sign-in is older than 15 minutes.'],
  organization_cancelled: [403, 'The organisation is cancelled.'],
  not_group_admin: [403, 'Only administrators of the group may do that.'],
  not_group_member: [403, 'The device is not in this group.'],
  not_found: [404, 'Not found.'],
  group_unknown: [404, 'There is no such group.'],
  invite_invalid: [404, 'The invitation code is not valid, or was taken back.'],
  method_not_allowed: [405, 'The path does not support this method.'],
  request_timeout: [408, 'The request took too long.'],
  conflict: [409, 'The request conflicts with the present state.'],
  group_full: [409, 'The group is full.'],
  email_taken: [409, 'There is already a user with this e-mail address.'],
  last_admin: [409, 'Somebody has to be able to manage the team: this is the last active user who can.'],
  cannot_remove_self: [409, 'Nobody can delete himself.'],
  contact_exists: [409, 'There is a contact with this phone number already.'],
  token_taken: [409, 'The token is already in use.'],
  idempotency_mismatch: [409, 'The Idempotency-Key was used before with another body.'],
  in_progress: [409, 'A request with this Idempotency-Key is still being worked on.'],
  already_logged_in: [409, 'The device is already logged in.'],
  payload_too_large: [413, 'The body is too large. Upload the file with POST /api/v1/uploads and send its id instead.'],
  unsupported_type: [415, 'The content type is not supported.'],
  range_not_satisfiable: [416, 'The file ends before the range that was asked for.'],
  unprocessable: [422, 'The request cannot be carried out.'],
  organization_suspended: [423, 'The organisation is suspended.'],
  rate_limited: [429, 'Too many requests.'],
  too_many_attempts: [429, 'Too many failed attempts. Try again later.'],
  upgrade_required: [426, 'This address speaks WebSocket: open one here.'],
  internal_error: [500, 'Something went wrong on our side.'],
  no_session: [500, 'no session'],
  operation_failed: [500, 'WhatsApp refused the operation.'],
  unsupported_on_channel: [501, 'WhatsApp does not allow this operation.'],
  sandbox_absent: [501, 'This installation has no sandbox network.'],
  device_not_connected: [502, 'The requested device is not connected.'],
  send_failed: [502, 'WhatsApp refused the message.'],
  upstream_error: [502, 'WhatsApp answered with an error.'],
  device_logged_out: [502, 'The device is logged out: pair it again.'],
  outcome_unknown: [504, 'No answer in time. The work goes on; ask for its state before you repeat it.'],
  not_ready: [503, 'Not ready.'],
  try_again: [503, 'Temporarily not available. Try again.'],
  upstream_timeout: [504, 'WhatsApp did not answer in time.'],
} as const satisfies Record<string, readonly [number, string]>

/** Every code an operation may answer with. */
export type ErrorCode = keyof typeof CATALOGUE

/** One input that broke its rule: where it is (dotted path) and what is wrong with it. */
export type FieldError = { path: string; message: string }

/** A failure with a public face (code, status, message, details, data) and internal facts that only the log sees. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: FieldError[] | undefined
  readonly data: Record<string, unknown> | undefined
  readonly internal: Record<string, unknown> | undefined

  constructor(code: ErrorCode, options: FailOptions = {}) {
    super(options.message ?? CATALOGUE[code][1], { cause: options.cause })
    this.code = code
    this.status = CATALOGUE[code][0]
    this.details = options.details
    this.data = options.data
    this.internal = options.internal
  }
}

/** Public message and facts, and the internal ones, of a failure. */
export type FailOptions = {
  message?: string
  details?: FieldError[]
  data?: Record<string, unknown>
  internal?: Record<string, unknown>
  cause?: unknown
}

/** Makes the error for `code`; callers `throw fail('not_found')`. */
export const fail = (code: ErrorCode, options?: FailOptions): AppError => new AppError(code, options)

/** The HTTP status a code stands for. */
export const statusOf = (code: ErrorCode): number => CATALOGUE[code][0]

/** Whether a string (for example from a stored failure) is a code of the catalogue. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code)

/**
 * Turns anything thrown into an AppError: a store that is busy becomes `try_again`, other unknown things `internal_error`, both
 * with the original as cause.
 */
export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  return isBusy(error)
    ? new AppError('try_again', { cause: error, data: { retryAfterSeconds: 1 } })
    : new AppError('internal_error', { cause: error })
}

/** Names of errors by which AWS services say that they cannot keep up, or that another request was at the same item. */
const BUSY = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
])

/** Whether a store is busy, or somebody else was at the same item: the same again may succeed. */
export const isBusy = (error: unknown): boolean => {
  const { name, CancellationReasons } = (error ?? {}) as { name?: string; CancellationReasons?: { Code?: string }[] }
  return BUSY.has(name ?? '') || CancellationReasons?.some(({ Code }) => Code === 'TransactionConflict') === true
}
