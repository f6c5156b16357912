import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A sandbox network in a process of its own. */
export type BenchNetwork = {
  webSocketUrl: string
  controlUrl: string
  rootKey: string
  pid: number
  stop: () => Promise<void>
}

/** Starts a sandbox network that keeps nothing. */
export const startBenchNetwork = async (): Promise<BenchNetwork> => {
  const main = fileURLToPath(new URL('../../local/whatsapp/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--port', '0', '--control-port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue
    const facts = JSON.parse(line) as Omit<BenchNetwork, 'pid' | 'stop'>
    return {
      ...facts,
      pid: child.pid as number,
      stop: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve())
          child.kill('SIGTERM')
        }),
    }
  }
  throw new Error('the sandbox network ended before it was ready')
}
