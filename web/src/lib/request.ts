import { networkError, toApiError } from './api-error.ts'

/** One HTTP request to our own host. */
export type PlainRequest = {
  method: string
  path: string
  query?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Gets the headers of the answer: where a list goes on, what time it is there. */
  onHeaders?: (headers: Headers) => void
}

/** The address of a path with its query; undefined and empty values are left out. */
export const addressOf = (path: string, query: Record<string, unknown> = {}): string => {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]): [string, string] => [name, String(value)])
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

/** Sends a request and reads the JSON answer (undefined when it is empty). Throws an ApiError for everything but success. */
export const request = async ({
  method,
  path,
  query,
  body,
  headers,
  signal,
  onHeaders,
}: PlainRequest): Promise<unknown> => {
  const response = await fetch(addressOf(path, query), {
    method,
    signal,
    credentials: 'same-origin',
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((cause: unknown) => {
    // Whoever took the request back wants no error told.
    if (signal?.aborted) throw cause
    throw networkError(cause)
  })
  const text = await response.text().catch((cause: unknown) => {
    throw networkError(cause)
  })
  const answer = parse(text)
  if (!response.ok) throw toApiError(response.status, answer, response.headers.get('retry-after'))
  onHeaders?.(response.headers)
  return answer
}

const parse = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
