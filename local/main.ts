import path from 'node:path'
import { requireJava } from './aws/java.ts'
import { HELP, parseCli, UsageError } from './cli.ts'
import { PortInUseError } from './stack/http/front.ts'
import { type LocalStack, startStack } from './stack/start-stack.ts'

/** `npm start`: runs the whole product on this machine until it is told to end. */

/** Longest the stack may take to end in good order. */
const STOP_WITHIN_MS = 30_000

/** Signals this close together are one wish to stop. */
const REPEATED_WITHIN_MS = 1500

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function printReady(stack: LocalStack, tookMs: number): void {
  print(`\nReady after ${(tookMs / 1000).toFixed(1)} s.\n`)
  print(`  Dashboard and APIs   ${stack.url}`)
  print(`  WebSocket            ${stack.websocketUrl}`)
  if (stack.sandboxUrl !== '') print(`  Sandbox WhatsApp     ${stack.sandboxUrl}`)
  print('')
  if (stack.email !== '') print(`  E-mail               ${stack.email}`)
  if (stack.password !== '') print(`  Password             ${stack.password}`)
  if (stack.adminToken !== '') print(`  Admin token          ${stack.adminToken}`)
  if (stack.apiKey !== '') print(`  API key              ${stack.apiKey}`)
  if (stack.managerApiKey !== '') print(`  Manager API key      ${stack.managerApiKey}`)
  if (stack.clientId !== '') print(`  Client id / secret   ${stack.clientId} / ${stack.clientSecret}`)
  print(`\nAll of this is in ${path.join(stack.dir, 'local.json')}; logs are in ${path.join(stack.dir, 'logs')}.`)
  print('Press Ctrl-C to stop.')
}

/** Stops at the first signal, or when the launcher is gone; a second signal or a hanging stop ends at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let firstMs: number | undefined
  const end = () => {
    if (firstMs !== undefined) {
      // One Ctrl-C may arrive twice: from the terminal and from npm, which passes it on.
      if (performance.now() - firstMs > REPEATED_WITHIN_MS) process.exit(1)
      return
    }
    firstMs = performance.now()
    print('\nStopping…')
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  process.once('disconnect', end)
}

async function main(): Promise<void> {
  const startedMs = performance.now()
  const options = parseCli(process.argv.slice(2), process.env)
  if (options === undefined) return print(HELP)
  // Functions run in threads of this process and see its time zone; Lambda's is UTC.
  process.env.TZ = 'UTC'
  await requireJava()
  const starting = startStack({
    port: options.port,
    dir: path.resolve(options.data),
    runners: options.runners,
    whatsapp: options.whatsapp,
    sandboxPort: options.sandboxPort,
    memory: options.memory,
    verbose: options.verbose,
    warm: true,
    progress: (step, tookMs) => print(`${(tookMs / 1000).toFixed(1).padStart(6)} s  ${step}`),
  })
  stopOnSignals(async () => (await starting.catch(() => undefined))?.stop())
  printReady(await starting, performance.now() - startedMs)
}

main().catch((error: unknown) => {
  const hint = error instanceof PortInUseError ? ': choose another one with --port' : ''
  const details = process.argv.includes('--verbose') && error instanceof Error ? `\n${error.stack}` : ''
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}${details}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
})
