import path from 'node:path'
import type { Emulators } from '#local/aws/emulators.ts'
import { ecsOperations } from '../ecs/operations.ts'
import { type HostParts, startBackends } from './backends.ts'
import { portsOf, type StackPorts } from './ports.ts'
import { timed } from './progress.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import type { StartContext } from './start-context.ts'
import { ROOT, sharedAssembly, synthesise } from './synth.ts'

/** What a stack is built on. */
export type Surroundings = { emulators: Emulators; sandbox: Sandbox | undefined; cdkOut: string }

/** Starts emulators and sandbox network and synthesises the app: they need nothing of each other, so side by side. */
export async function startSurroundings(context: StartContext): Promise<Surroundings> {
  const { progress, keep, dir } = context
  const ports = keep('ports') === undefined ? undefined : await portsOf(dir)
  const emulators = timed(progress, 'stores and queues started', () => startEmulators(context, ports))
  const sandbox = timed(progress, 'sandbox network started', () => startNetwork(context, ports))
  const cdkOut = timed(progress, 'app synthesised', () => synthesisedApp(context))
  // All are waited for, so that a failure of one does not leave the others starting.
  const results = await Promise.allSettled([emulators, sandbox, cdkOut])
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return { emulators: await emulators, sandbox: await sandbox, cdkOut: await cdkOut }
}

/** Where mails are kept: in the stack's folder, also when the stores live in memory. */
function mailFolder({ dir }: StartContext): string {
  return path.join(dir, 'mail')
}

async function startEmulators(context: StartContext, ports: StackPorts | undefined): Promise<Emulators> {
  const { keep, logs, running, cleanUps } = context
  const started = await startBackends({
    dir: keep('aws'),
    mailDir: mailFolder(context),
    ports,
    log: logs.log,
    host: hostParts(running),
  })
  cleanUps.push(() => started.close())
  return started
}

async function startNetwork(context: StartContext, ports: StackPorts | undefined): Promise<Sandbox | undefined> {
  const { options, keep, logs, cleanUps } = context
  if ((options.whatsapp ?? 'sandbox') !== 'sandbox') return undefined
  const logFile = path.join(logs.directory, 'sandbox.log')
  const started = await startSandbox({
    dir: keep('sandbox'),
    controlPort: options.sandboxPort ?? ports?.sandbox,
    logFile,
    mailDir: mailFolder(context),
  })
  cleanUps.push(() => started.stop())
  return started
}

async function synthesisedApp({ options, dir }: StartContext): Promise<string> {
  if (options.cdkOut !== undefined) return options.cdkOut
  // Stacks without a folder of their own share assemblies, so that a test does not synthesise anew.
  const made =
    options.dir === undefined
      ? await sharedAssembly(path.join(ROOT, '.build/assemblies'))
      : await synthesise(path.join(dir, 'cdk.out'))
  return made.directory
}

/** What the emulators ask of the host; they start before it is complete. */
function hostParts(running: StartContext['running']): HostParts {
  const parts = () => {
    if (running.parts === undefined) throw new Error('the stack has not started yet')
    return running.parts
  }
  return {
    buses: () => parts().buses,
    ecs: ecsOperations(() => running.tasks?.services ?? []),
    sockets: () => running.parts?.sockets ?? [],
    functions: () => parts().functions,
  }
}
