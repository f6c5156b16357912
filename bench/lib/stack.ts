import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from '#test/harness/wait.ts'
import { freePort } from './port.ts'

/** What `local.json` says of a running stack. */
export type StackFacts = {
  url: string
  websocketUrl: string
  sandboxUrl: string
  adminToken: string
  apiKey: string
  email: string
  password: string
}

/** A stack in processes of its own, as `npm start` runs it, so that its processor time can be told from the bench's. */
export type BenchStack = StackFacts & {
  pid: number
  /** Milliseconds from the start of the command to ready. */
  readyMs: number
  /** Folder of the synthesised app with the functions' bundles. */
  bundles: string
  stop: () => Promise<void>
}

/** Starts the stack with the given flags in a new folder. Stores are in memory unless `disk` is set. */
export const startBenchStack = async (flags: string[] = [], options: { disk?: boolean } = {}): Promise<BenchStack> => {
  const dir = mkdtempSync(join(tmpdir(), 'switchboard-bench-'))
  const port = await freePort()
  const main = fileURLToPath(new URL('../../local/main.ts', import.meta.url))
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [main, '--port', String(port), '--data', dir, ...(options.disk ? [] : ['--memory']), ...flags],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const facts = await waitFor(
    'the stack to be ready',
    () => {
      if (child.exitCode !== null) throw new Error(`the stack ended: ${output}`)
      const file = JSON.parse(readFileSync(join(dir, 'local.json'), 'utf8')) as StackFacts
      return output.toLowerCase().includes('ready') ? file : undefined
    },
    { timeoutMs: 90_000, everyMs: 20 },
  )
  return {
    ...facts,
    pid: child.pid as number,
    readyMs: performance.now() - started,
    bundles: join(dir, 'cdk.out'),
    stop: async () => {
      await end(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
