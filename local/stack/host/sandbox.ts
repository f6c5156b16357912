import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { ROOT } from './synth.ts'

const announcementSchema = z.looseObject({ webSocketUrl: z.string(), controlUrl: z.string(), rootKey: z.string() })

/** A running sandbox network. */
export type Sandbox = z.infer<typeof announcementSchema> & { stop(): Promise<void> }

/** Starts the sandbox WhatsApp network as a process of its own; it ends when this process does. */
export async function startSandbox(options: {
  dir: string | undefined
  controlPort: number | undefined
  logFile: string | undefined
  /** Folder of the mails to be shown. */
  mailDir: string
}): Promise<Sandbox> {
  const follow = new URL('../ecs/follow-parent.mjs', import.meta.url).href
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a', 0o600)
  const child = spawn(
    process.execPath,
    [
      `--import=${follow}`,
      path.join(ROOT, 'local/whatsapp/main.ts'),
      '--mail-dir',
      options.mailDir,
      ...(options.dir === undefined ? [] : ['--dir', options.dir]),
      ...(options.controlPort === undefined ? [] : ['--control-port', String(options.controlPort)]),
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', log ?? 'ignore', 'ipc'], detached: true },
  )
  if (log !== undefined) closeSync(log)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const announcement = await new Promise<z.infer<typeof announcementSchema>>((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end !== -1) resolve(announcementSchema.parse(JSON.parse(text.slice(0, end))))
    })
    child.once('error', reject)
    const where = options.logFile === undefined ? '' : `; ${options.logFile} says why`
    child.once('exit', (code) => {
      reject(new Error(`the sandbox network ended with code ${code} before it was ready${where}`))
    })
  })
  return {
    ...announcement,
    stop: async () => {
      child.kill('SIGTERM')
      const ended = await Promise.race([exited.then(() => true), delay(5000, false, { ref: false })])
      if (!ended) child.kill('SIGKILL')
      await exited
    },
  }
}
