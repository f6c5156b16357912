import type { ZodError } from 'zod'

/** A request of the control API that cannot be done. `status` is the HTTP status it is answered with. */
export class ControlError extends Error {
  readonly status: 400 | 404 | 409
  readonly code: string

  constructor(status: 400 | 404 | 409, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], body)
}

/** The error of a body that is not what the operation takes: each field by its name, and whether it is missing. */
export function refusalOf({ issues }: ZodError, body: unknown): ControlError {
  const sentences = issues.map(({ path, message }) => {
    const name = path.join('.')
    if (name === '') return message
    return valueAt(body, path) === undefined ? `\`${name}\` is missing` : `\`${name}\`: ${message}`
  })
  return new ControlError(400, 'invalid_request', `${sentences.join('; ')}.`)
}
