import type { Credentials, StackAddresses } from './host/credentials.ts'
import type { Progress } from './host/progress.ts'

/** How to start a stack. */
export type StackOptions = {
  /** Port of the public front; a free one unless given. */
  port?: number
  /** Folder that keeps everything over restarts; without it stores live in memory and files in a temporary folder. */
  dir?: string
  /** Processes that hold WhatsApp connections. */
  runners?: number
  /** The sandbox network, the real WhatsApp, or another network with its root key (base64). */
  whatsapp?: 'sandbox' | 'live' | { url: string; rootKey: string }
  sandboxPort?: number
  /** Prints what functions and runners log. */
  verbose?: boolean
  /** A synthesised app to use instead of synthesising one. */
  cdkOut?: string
  /** Keeps stores in memory although there is a folder. */
  memory?: boolean
  /** Variables added to every function and runner. */
  env?: Record<string, string>
  /** Loads the functions behind the APIs in the background once the stack is ready, so that no first call waits for its bundle. */
  warm?: boolean
  /** Told of every step with its time. */
  progress?: Progress
}

/** A running stack. */
export type LocalStack = StackAddresses &
  Required<Credentials> & {
    /** Folder of data and logs. */
    dir: string
    /** Variables with which an AWS SDK client reaches the stack's stores and queues. */
    endpoints: Record<string, string>
    /** Ends everything in good order. */
    stop(): Promise<void>
    kill: {
      /** Kills a runner as a lost host would; resolves when it is gone. The service replaces it. */
      runner(index: number): Promise<void>
    }
    /** Running runner tasks, oldest first. */
    tasks(): { arn: string; pid: number | undefined; status: string }[]
    /** Everything logged since the last call, by function, task or `host`. */
    drainLogs(): Record<string, string>
  }
