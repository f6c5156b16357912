/** What DynamoDB says of a write that it would refuse every time: an item too large or too deep, a key too long, a wrong number. */
const REFUSALS = new Set(['ValidationException', 'ItemCollectionSizeLimitExceededException'])
const REASONS = new Set(['ValidationError', 'ItemCollectionSizeLimitExceeded'])

type ServiceError = { name?: string; $metadata?: unknown; CancellationReasons?: { Code?: string }[] }

const isNetworkError = (error: unknown): boolean => {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown }
  if (typeof code === 'string' || name === 'TimeoutError' || name === 'AbortError') return true
  return cause instanceof Error && isNetworkError(cause)
}

/** What the SDK says of values that have no form in the table; a plain error of other words may be anything. */
const WITHOUT_FORM = /^(Special numeric value|Unsupported type passed|Number .* (greater|lesser) than Number\.M)/

const isOfValues = (error: Error): boolean =>
  error instanceof RangeError || error instanceof TypeError || WITHOUT_FORM.test(error.message)

/**
 * Whether a write failed because of what was to be written, so that no repetition can succeed: the table refuses it, or it cannot be
 * put into the table's form at all. Throttling, conflicts, missing permissions and a network that is away are none of that.
 */
export const isRefusedForGood = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const { name, $metadata, CancellationReasons } = error as ServiceError
  if (name !== undefined && REFUSALS.has(name)) return true
  if (CancellationReasons) return CancellationReasons.some(({ Code }) => Code !== undefined && REASONS.has(Code))
  return $metadata === undefined && !isNetworkError(error) && isOfValues(error)
}
