/** An error as SQS answers it. The shape is the name in the JSON protocol, the code the one of the older protocol. */
export class SqsError extends Error {
  readonly shape: string
  readonly code: string

  constructor(shape: string, message: string, code = shape) {
    super(message)
    this.name = shape
    this.shape = shape
    this.code = code
  }
}

/** The queue of a request does not exist. */
export const queueDoesNotExist = () =>
  new SqsError('QueueDoesNotExist', 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue')

/** A parameter has a value SQS does not take. */
export const invalidParameter = (message: string) => new SqsError('InvalidParameterValue', message)

/** The error for a change of the visibility of a message that nobody is working on. */
export const messageNotInFlight = (): SqsError =>
  new SqsError(
    'MessageNotInflight',
    'The specified message is not in flight.',
    'AWS.SimpleQueueService.MessageNotInflight',
  )
