import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** How a task's process is started. */
export type TaskLaunch = {
  arn: string
  command: string[]
  directory: string
  environment: Record<string, string>
  /** Modules imported before the program. */
  preload: string[]
  logFile: string | undefined
  verbose: boolean
}

/** The state of scale-in protection. */
export type Protection = { enabled: boolean; expiresAtMs: number | undefined }

/** One task: a child process that ends when the stack does, however the stack ends. */
export class Task {
  readonly arn: string
  readonly startedAtMs = Date.now()
  readonly exited: Promise<void>
  protection: Protection = { enabled: false, expiresAtMs: undefined }
  status: 'RUNNING' | 'DEACTIVATING' | 'STOPPED' = 'RUNNING'
  stoppedReason: string | undefined
  readonly #child: ChildProcess

  constructor(launch: TaskLaunch) {
    this.arn = launch.arn
    this.#child = start(launch)
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#ended(error.message, resolve))
      this.#child.once('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`, resolve))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Whether the task may not be chosen when the service shrinks. */
  get isProtected(): boolean {
    const { enabled, expiresAtMs } = this.protection
    return enabled && (expiresAtMs === undefined || expiresAtMs > Date.now())
  }

  /** Asks the task to stop, and kills it when it has not within the time. Resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.status === 'STOPPED') return
    this.status = 'DEACTIVATING'
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    await this.exited
    clearTimeout(timer)
  }

  /** Kills the task at once, as a lost host would. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }

  #ended(reason: string, resolve: () => void): void {
    this.status = 'STOPPED'
    this.stoppedReason = reason
    resolve()
  }
}

function start(launch: TaskLaunch): ChildProcess {
  const [program, ...rest] = launch.command
  const isNode = program === 'node'
  const imports = isNode ? launch.preload.map((module) => `--import=${module}`) : []
  const log = launch.logFile === undefined ? undefined : openSync(launch.logFile, 'a', 0o600)
  const output = launch.verbose ? 'inherit' : (log ?? 'ignore')
  try {
    // A group of its own: Ctrl-C at the terminal is for the stack, which then stops its tasks in order.
    return spawn(isNode ? process.execPath : program!, [...imports, ...rest], {
      cwd: launch.directory,
      env: launch.environment,
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    })
  } finally {
    if (log !== undefined) closeSync(log)
  }
}
