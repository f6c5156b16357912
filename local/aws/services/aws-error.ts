/** An error as an AWS service answers it: the code is what SDK clients turn into the exception's name. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
  }
}

/** The answer to an action this stack does not have; it names the action, so the gap shows at once. */
export function noLocalCounterpart(service: string, action: string): AwsError {
  return new AwsError('UnknownOperationException', `${service}:${action} has no local counterpart.`)
}
