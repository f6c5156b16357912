import { parseArgs } from 'node:util'

/** What the command line asks for. */
export type CliOptions = {
  port: number
  data: string
  runners: number
  whatsapp: 'sandbox' | 'live' | { url: string; rootKey: string }
  sandboxPort: number | undefined
  /** Keep stores in memory: quicker, and gone at the end. */
  memory: boolean
  verbose: boolean
}

/** The command line cannot be understood; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What `--help` prints. */
export const HELP = `Runs Switchboard on this machine.

  npm start -- [options]

  --port N              port of the public address (default 8080, or PORT)
  --data DIR            folder that keeps everything (default .switchboard); delete it to begin anew
  --runners N           processes that hold WhatsApp connections (default 1)
  --live                connect to the real WhatsApp instead of the sandbox network
  --whatsapp URL        connect to another WhatsApp network, with --whatsapp-root
  --whatsapp-root KEY   root key of that network: 32 bytes as hex or base64
  --sandbox-port N      port of the sandbox network's control API (default: a free one)
  --memory              keep stores in memory only (for benchmarks)
  --verbose             print what functions and runners log
  --help                print this
`

/** Parses the command line; undefined means that help was asked for. Throws UsageError. */
export function parseCli(args: string[], env: Record<string, string | undefined>): CliOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  return {
    port: number('--port', values.port ?? env.PORT ?? '8080', 0, 65_535),
    data: values.data ?? '.switchboard',
    runners: number('--runners', values.runners ?? '1', 1, 32),
    whatsapp: whatsapp(values),
    sandboxPort:
      values['sandbox-port'] === undefined ? undefined : number('--sandbox-port', values['sandbox-port'], 1, 65_535),
    memory: values.memory ?? false,
    verbose: values.verbose ?? false,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        runners: { type: 'string' },
        live: { type: 'boolean' },
        whatsapp: { type: 'string' },
        'whatsapp-root': { type: 'string' },
        'sandbox-port': { type: 'string' },
        memory: { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. See --help.`)
  }
}

function number(flag: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`${flag} needs a whole number from ${min} to ${max}, not "${text}"`)
  }
  return value
}

function whatsapp(values: { live?: boolean; whatsapp?: string; 'whatsapp-root'?: string }): CliOptions['whatsapp'] {
  const { live, whatsapp: url, 'whatsapp-root': root } = values
  if (live && url !== undefined) throw new UsageError('--live and --whatsapp exclude each other')
  if ((url === undefined) !== (root === undefined)) throw new UsageError('--whatsapp and --whatsapp-root go together')
  if (live) return 'live'
  if (url === undefined || root === undefined) return 'sandbox'
  if (!/^wss?:\/\//.test(url)) throw new UsageError(`--whatsapp needs a ws:// or wss:// address, not "${url}"`)
  const key = /^[0-9a-f]{64}$/i.test(root) ? Buffer.from(root, 'hex') : Buffer.from(root, 'base64')
  if (key.length !== 32) throw new UsageError('--whatsapp-root needs 32 bytes, as hex or base64')
  return { url, rootKey: key.toString('base64') }
}
