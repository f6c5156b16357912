import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { FunctionDefinition } from './definition.ts'
import { type FailureKind, InvocationError, MAX_PAYLOAD_BYTES, type StreamReceiver } from './invocation.ts'
import type { FromWorker, RuntimeError, ToWorker, WorkerSetup } from './protocol.ts'

type Pending = {
  resolve: (result: string | undefined) => void
  reject: (error: InvocationError) => void
  timer: NodeJS.Timeout | undefined
  receiver: StreamReceiver
  chunks: Uint8Array[]
}

/** How workers of a stack are started. */
export type WorkerOptions = {
  environment: Record<string, string>
  logFile?: string
  verbose: boolean
  preload: string[]
}

/**
 * One worker thread of a function, the local form of an execution environment. Invocations interleave in it. It ends
 * for good when it crashes, and after its running invocations when one of them timed out.
 */
export class FunctionWorker {
  /** Milliseconds from the start of the thread until the bundle was loaded. */
  initMs: number | undefined
  #retired = false
  #nextId = 1
  readonly #pending = new Map<number, Pending>()
  readonly #definition: FunctionDefinition
  readonly #worker: Worker
  readonly #ready: Promise<void>
  readonly #onRetired: () => void

  constructor(definition: FunctionDefinition, options: WorkerOptions, onRetired: () => void) {
    this.#definition = definition
    this.#onRetired = onRetired
    const setup: WorkerSetup = {
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMb: definition.memoryMb,
      directory: definition.directory,
      handler: definition.handler,
      logFile: options.logFile,
      verbose: options.verbose,
      preload: options.preload,
    }
    const startedMs = performance.now()
    this.#worker = new Worker(new URL('./worker-entry.ts', import.meta.url), {
      name: definition.name,
      workerData: setup,
      env: options.environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
    })
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          this.initMs = performance.now() - startedMs
          resolve()
        } else if (message.kind === 'initError') {
          reject(this.#error('init', message.error))
          this.retire()
        } else this.#receive(message)
      })
      this.#worker.on('error', (error) => reject(this.#crashed(error)))
      this.#worker.on('exit', () => reject(this.#crashed(new Error('the worker exited'))))
    })
    this.#ready.catch(() => {})
  }

  get running(): number {
    return this.#pending.size
  }

  /** Resolves once the bundle is loaded; rejects with the InvocationError every invocation would fail with. */
  ready(): Promise<void> {
    return this.#ready
  }

  /** Runs one invocation; the timeout counts from when the bundle is loaded, as on AWS. */
  async invoke(event: string, receiver?: StreamReceiver, requestId = randomUUID()): Promise<string | undefined> {
    await this.#ready
    const id = this.#nextId++
    const { timeoutMs } = this.#definition
    return await new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = []
      this.#pending.set(id, {
        resolve,
        reject,
        timer: setTimeout(() => this.#timedOut(id), timeoutMs),
        chunks,
        receiver: receiver ?? { head: () => {}, chunk: (chunk) => void chunks.push(chunk), end: () => {} },
      })
      this.#post({ kind: 'invoke', id, requestId, event, deadlineMs: Date.now() + timeoutMs })
    })
  }

  /** Tells every stream of the worker whose receiver is given that nobody reads it any more. */
  cancel(receiver: StreamReceiver): void {
    for (const [id, pending] of this.#pending) if (pending.receiver === receiver) this.#post({ kind: 'cancel', id })
  }

  /** Takes no more invocations; ends once the running ones have ended. */
  retire(): void {
    if (!this.#retired) {
      this.#retired = true
      this.#onRetired()
    }
    if (this.#pending.size === 0) void this.terminate()
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' | 'initError' }>): void {
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    if (message.kind === 'head') pending.receiver.head(message.head)
    else if (message.kind === 'chunk') void this.#pass(message.id, pending.receiver, message.chunk)
    else if (message.kind === 'end') pending.receiver.end()
    else if (message.kind === 'error') this.#settle(message.id, this.#error('unhandled', message.error))
    else this.#settle(message.id, undefined, message.result ?? bufferedStream(pending.chunks))
  }

  /** Gives a chunk to its reader, and asks for the next one when the reader has room. */
  async #pass(id: number, receiver: StreamReceiver, chunk: Uint8Array): Promise<void> {
    await receiver.chunk(chunk)
    this.#post({ kind: 'taken', id })
  }

  #settle(id: number, error?: InvocationError, result?: string): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    if (error !== undefined) pending.reject(error)
    else if (result !== undefined && result.length > MAX_PAYLOAD_BYTES) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`
      pending.reject(this.#error('tooLarge', { errorType: 'Function.ResponseSizeTooLarge', errorMessage }))
    } else pending.resolve(result)
    if (this.#retired && this.#pending.size === 0) void this.terminate()
  }

  #timedOut(id: number): void {
    const errorMessage = `Task timed out after ${(this.#definition.timeoutMs / 1000).toFixed(2)} seconds`
    this.#settle(id, this.#error('timeout', { errorType: 'Sandbox.Timedout', errorMessage }))
    this.retire()
  }

  #crashed(cause: Error): InvocationError {
    const error = this.#error('crash', { errorType: 'Runtime.ExitError', errorMessage: cause.message })
    this.#retired = true
    this.#onRetired()
    for (const id of [...this.#pending.keys()]) this.#settle(id, error)
    return error
  }

  #error(kind: FailureKind, error: RuntimeError): InvocationError {
    return new InvocationError(this.#definition.name, kind, error)
  }
}

/** What a buffered invocation of a streaming function answers: the bytes it wrote. */
function bufferedStream(chunks: Uint8Array[]): string | undefined {
  return chunks.length === 0 ? undefined : Buffer.concat(chunks).toString()
}
