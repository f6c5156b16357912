import type { RuntimeError, StreamHead } from './protocol.ts'

/** How an invocation failed. */
export type FailureKind = 'unhandled' | 'timeout' | 'crash' | 'init' | 'throttled' | 'tooLarge'

/** A failed invocation, with the error as the Lambda service would answer it. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError'
  readonly kind: FailureKind
  readonly error: RuntimeError

  constructor(functionName: string, kind: FailureKind, error: RuntimeError) {
    super(`${functionName}: ${error.errorMessage}`)
    this.kind = kind
    this.error = error
  }
}

/** Receives a streamed answer as it is written. The next chunk comes once the one before is taken. */
export type StreamReceiver = {
  head(head: StreamHead): void
  chunk(chunk: Uint8Array): void | Promise<void>
  end(): void
}

/** Bytes a request or an answer of a synchronous invocation may have. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
