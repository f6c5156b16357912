/** What a worker thread is started with. */
export type WorkerSetup = {
  functionName: string
  functionArn: string
  memoryMb: number
  /** Folder of the bundle. */
  directory: string
  /** `file.export`, as a Lambda handler is written. */
  handler: string
  logFile: string | undefined
  /** Also writes logs to standard error. */
  verbose: boolean
  /** Modules imported before the handler, such as the permission check. */
  preload: string[]
}

/**
 * Main thread to worker. `event` is JSON; `taken` tells that the reader of a stream has room for the next chunk, `cancel` that
 * nobody reads it any more.
 */
export type ToWorker =
  | { kind: 'invoke'; id: number; requestId: string; event: string; deadlineMs: number }
  | { kind: 'taken'; id: number }
  | { kind: 'cancel'; id: number }

/** Status and headers a streaming handler sends before its first byte. */
export type StreamHead = { statusCode: number; headers: Record<string, string>; cookies: string[] }

/** An error as the Lambda runtime reports it. */
export type RuntimeError = { errorType: string; errorMessage: string; trace?: string[] }

/** Worker to main thread. `result` is JSON, or undefined when the handler returned nothing. */
export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'initError'; error: RuntimeError }
  | { kind: 'result'; id: number; result: string | undefined }
  | { kind: 'error'; id: number; error: RuntimeError }
  | { kind: 'head'; id: number; head: StreamHead }
  | { kind: 'chunk'; id: number; chunk: Uint8Array }
  | { kind: 'end'; id: number }
