import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceDefinition } from './container.ts'
import { Task, type TaskLaunch } from './task.ts'

/** Surroundings of a service. */
export type ServiceOptions = {
  /** Makes everything of a launch but the ARN; called for each task. */
  launch: (taskArn: string, index: number) => Promise<Omit<TaskLaunch, 'arn'>>
  /** The service never has fewer tasks than this while the stack runs. */
  minimum: number
  /** Longest a task may take to stop. */
  stopTimeoutMs: number
  /** Wait before a task that died is replaced. */
  restartMs?: number
  log: (line: string) => void
}

/** An ECS service: keeps as many tasks running as desired, and replaces those that die. */
export class Service {
  readonly definition: ServiceDefinition
  readonly #options: ServiceOptions
  readonly #tasks: Task[] = []
  readonly #stopping = new Set<Promise<void>>()
  #desired: number
  #started = 0
  #stopped = false
  #reconciling: Promise<void> = Promise.resolve()

  constructor(definition: ServiceDefinition, options: ServiceOptions) {
    this.definition = definition
    this.#options = options
    this.#desired = options.minimum
  }

  get desiredCount(): number {
    return this.#desired
  }

  /** Tasks that run or are asked to stop, oldest first. */
  get tasks(): readonly Task[] {
    return this.#tasks
  }

  /** Starts the desired tasks. */
  async start(): Promise<void> {
    await this.#reconcile()
  }

  /** Sets the desired count, as UpdateService does; the stack's own minimum holds. */
  async scale(count: number): Promise<void> {
    this.#desired = Math.max(count, this.#options.minimum)
    await this.#reconcile()
  }

  /** Stops one task, which is then replaced. */
  async stopTask(task: Task): Promise<void> {
    await task.stop(this.#options.stopTimeoutMs)
  }

  /** Ends all tasks in good order. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reconciling
    await Promise.all([...this.#tasks.map((task) => task.stop(this.#options.stopTimeoutMs)), ...this.#stopping])
  }

  #reconcile(): Promise<void> {
    this.#reconciling = this.#reconciling.then(() => this.#adjust())
    return this.#reconciling
  }

  async #adjust(): Promise<void> {
    const running = this.#tasks.filter(({ status }) => status === 'RUNNING')
    for (let count = running.length; count < this.#desired && !this.#stopped; count += 1) await this.#startTask()
    // Protected tasks stay until they give their protection up, as ECS promises.
    const surplus = running.filter((task) => !task.isProtected).slice(0, Math.max(0, running.length - this.#desired))
    for (const task of surplus) {
      const stopping = task.stop(this.#options.stopTimeoutMs).finally(() => this.#stopping.delete(stopping))
      this.#stopping.add(stopping)
    }
  }

  async #startTask(): Promise<void> {
    const { clusterArn, clusterName } = this.definition
    const arn = `${clusterArn.replace(/:cluster\/.*$/, '')}:task/${clusterName}/${randomBytes(16).toString('hex')}`
    const launch = await this.#options.launch(arn, this.#started++)
    const task = new Task({ ...launch, arn })
    this.#tasks.push(task)
    void task.exited.then(() => this.#onExit(task))
  }

  async #onExit(task: Task): Promise<void> {
    this.#tasks.splice(this.#tasks.indexOf(task), 1)
    if (this.#stopped) return
    this.#options.log(`task ${task.arn.split('/').at(-1)} of ${this.definition.name} ended: ${task.stoppedReason}`)
    await delay(this.#options.restartMs ?? 1000, undefined, { ref: false })
    if (!this.#stopped) await this.#reconcile()
  }
}
