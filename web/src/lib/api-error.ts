/** One input that broke its rule: where it is (dotted path) and what is wrong with it. */
export type FieldProblem = { path: string; message: string }

/**
 * A request that did not succeed. `status` is 0 when no answer came (`code` is then `network`). `message` is the server's
 * sentence; what people are shown comes from `explain()` of the texts, which knows the codes.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly fields: readonly FieldProblem[]
  /** Seconds after which the same may succeed, when the server named them. */
  readonly retryAfterSeconds: number | undefined

  constructor(facts: {
    status: number
    code: string
    message: string
    fields?: readonly FieldProblem[]
    retryAfterSeconds?: number
  }) {
    super(facts.message)
    this.status = facts.status
    this.code = facts.code
    this.fields = facts.fields ?? []
    this.retryAfterSeconds = facts.retryAfterSeconds
  }

  /** What is wrong with one field, by its name without the part of the request. */
  field(name: string): string | undefined {
    return this.fields.find(({ path }) => path === name || path.endsWith(`.${name}`))?.message
  }
}

type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

const problemsIn = (value: unknown): FieldProblem[] =>
  Array.isArray(value)
    ? value.filter(isPlain).map(({ path, message }) => ({ path: String(path ?? ''), message: String(message ?? '') }))
    : []

/** An answer that is no success, in either form that operations for users have: `{error: {code, …}}` or `{error, code, …}`. */
export const toApiError = (status: number, body: unknown, retryAfter: string | null): ApiError => {
  const outer = isPlain(body) ? body : {}
  const inner = isPlain(outer.error) ? outer.error : outer
  const text = inner.message ?? (typeof outer.error === 'string' ? outer.error : undefined)
  const seconds = Number(retryAfter)
  return new ApiError({
    status,
    code: typeof inner.code === 'string' ? inner.code : `http_${status}`,
    message: typeof text === 'string' ? text : `HTTP ${status}`,
    fields: problemsIn(inner.details),
    retryAfterSeconds: retryAfter !== null && Number.isFinite(seconds) ? seconds : undefined,
  })
}

/** The error for a request that got no answer. */
export const networkError = (cause: unknown): ApiError =>
  new ApiError({ status: 0, code: 'network', message: cause instanceof Error ? cause.message : String(cause) })
