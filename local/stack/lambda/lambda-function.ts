import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionDefinition } from './definition.ts'
import { FunctionWorker, type WorkerOptions } from './function-worker.ts'
import { InvocationError, MAX_PAYLOAD_BYTES, type StreamReceiver } from './invocation.ts'

/** What becomes of an asynchronous invocation once it is settled: given to destinations and dead-letter queues. */
export type AsyncOutcome = {
  definition: FunctionDefinition
  payload: string
  attempts: number
  result?: string
  error?: InvocationError
}

/** Surroundings of a function; delays between attempts are shorter than on AWS (one and two minutes). */
export type FunctionOptions = {
  worker: WorkerOptions
  onOutcome: (outcome: AsyncOutcome) => Promise<void>
  retryDelaysMs?: number[]
}

/** A Lambda function: starts its worker at the first invocation and a new one after each crash or timeout. */
export class LambdaFunction {
  readonly definition: FunctionDefinition
  #worker: FunctionWorker | undefined
  #running = 0
  #stopped = false
  readonly #workers = new Set<FunctionWorker>()
  readonly #background = new Set<Promise<void>>()
  readonly #options: FunctionOptions

  constructor(definition: FunctionDefinition, options: FunctionOptions) {
    this.definition = definition
    this.#options = options
  }

  /** Milliseconds the current worker took to load its bundle. */
  get initMs(): number | undefined {
    return this.#worker?.initMs
  }

  /** Loads the bundle ahead of the first invocation. Rejects with an InvocationError when it cannot be loaded. */
  async warm(): Promise<void> {
    await this.#current().ready()
  }

  /**
   * Invokes synchronously: gives the answer as JSON (undefined when the handler returned nothing). A streaming answer
   * goes to the receiver. Rejects with an InvocationError.
   */
  async invoke(payload: string, receiver?: StreamReceiver): Promise<string | undefined> {
    const { name, reservedConcurrency } = this.definition
    if (this.#stopped) throw crash(name, 'the stack has stopped')
    if (payload.length > MAX_PAYLOAD_BYTES) {
      const errorMessage = `${payload.length} byte payload is too large for the Invoke operation`
      throw new InvocationError(name, 'tooLarge', { errorType: 'RequestEntityTooLarge', errorMessage })
    }
    if (reservedConcurrency !== undefined && this.#running >= reservedConcurrency) {
      throw new InvocationError(name, 'throttled', {
        errorType: 'TooManyRequestsException',
        errorMessage: 'Rate Exceeded.',
      })
    }
    this.#running += 1
    try {
      return await this.#current().invoke(payload, receiver)
    } finally {
      this.#running -= 1
    }
  }

  /** Tells the handler that writes to a receiver that nobody reads it any more. */
  cancel(receiver: StreamReceiver): void {
    for (const worker of this.#workers) worker.cancel(receiver)
  }

  /** Invokes asynchronously with the function's retries; resolves when the invocation is settled for good. */
  invokeAsync(payload: string): Promise<void> {
    const settled = this.#runAsync(payload).finally(() => this.#background.delete(settled))
    this.#background.add(settled)
    return settled
  }

  /** Waits until asynchronous invocations are settled (at most `graceMs`), then ends the workers. */
  async stop(graceMs: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.#background), delay(graceMs, undefined, { ref: false })])
    this.#stopped = true
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  async #runAsync(payload: string): Promise<void> {
    const { maxRetries, maxAgeMs } = this.definition.async
    const delays = this.#options.retryDelaysMs ?? [1000, 2000]
    const acceptedMs = Date.now()
    for (let attempts = 1; ; attempts += 1) {
      try {
        const result = await this.invoke(payload)
        return await this.#options.onOutcome({ definition: this.definition, payload, attempts, result })
      } catch (cause) {
        if (this.#stopped) return
        const error = cause instanceof InvocationError ? cause : crash(this.definition.name, cause)
        const waitMs = delays[Math.min(attempts, delays.length) - 1] ?? 1000
        const last = attempts > maxRetries || Date.now() + waitMs - acceptedMs > maxAgeMs
        if (last && error.kind !== 'throttled') {
          return await this.#options.onOutcome({ definition: this.definition, payload, attempts, error })
        }
        // A throttled invocation was not an attempt: the service keeps it until there is room.
        if (error.kind === 'throttled') attempts -= 1
        await delay(waitMs)
      }
    }
  }

  #current(): FunctionWorker {
    if (this.#worker === undefined) {
      const worker: FunctionWorker = new FunctionWorker(this.definition, this.#options.worker, () => {
        if (this.#worker === worker) this.#worker = undefined
        if (worker.running === 0) this.#workers.delete(worker)
      })
      this.#worker = worker
      this.#workers.add(worker)
    }
    return this.#worker
  }
}

function crash(name: string, cause: unknown): InvocationError {
  return new InvocationError(name, 'crash', { errorType: 'Runtime.ExitError', errorMessage: String(cause) })
}
