import { parseArgs } from 'node:util'
import { useFastKeys } from './fast-keys.ts'
import { startSandboxNetwork } from './network.ts'

function portOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

/** Runs a network until it is told to end, and says where it is on one line of JSON. */
async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'control-port': { type: 'string' },
      dir: { type: 'string' },
      host: { type: 'string' },
      'mail-dir': { type: 'string' },
    },
  })
  useFastKeys()
  const network = await startSandboxNetwork({
    port: portOf(values.port),
    controlPort: portOf(values['control-port']),
    dir: values.dir,
    host: values.host,
    mailDir: values['mail-dir'],
  })
  const { webSocketUrl, controlUrl, rootKey } = network
  process.stdout.write(`${JSON.stringify({ webSocketUrl, controlUrl, rootKey })}\n`)
  const end = (): void => {
    network.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

await run()
