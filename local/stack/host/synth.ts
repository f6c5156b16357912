import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** What the templates and bundles are made from. */
const INPUTS = [
  'infra',
  'functions',
  'shared',
  'session-runner',
  'web',
  'package.json',
  'package-lock.json',
  'cdk.json',
]

/** Where a synthesised app lies, and whether it had to be made. */
export type Synthesis = { directory: string; fresh: boolean }

/**
 * Synthesises the app into a folder, unless the one there was made from the same inputs. Rejects with what the synthesis
 * printed when it fails.
 */
export async function synthesise(directory: string): Promise<Synthesis> {
  const stampFile = `${directory}.inputs`
  const stamp = inputStamp()
  const same = existsSync(path.join(directory, 'manifest.json')) && readText(stampFile) === stamp
  if (same) return { directory, fresh: false }
  const made = await synthesiseBeside(directory)
  rmSync(directory, { recursive: true, force: true })
  renameSync(made, directory)
  writeFileSync(stampFile, stamp)
  return { directory, fresh: true }
}

/** Days after which a shared assembly that nobody started from is removed. */
const KEEP_DAYS = 1

/**
 * The assembly of the present inputs in a folder that stacks of several processes share. Each has a name of its own, so
 * that none is replaced under a stack that runs from it.
 */
export async function sharedAssembly(folder: string): Promise<Synthesis> {
  const directory = path.join(folder, inputStamp().slice(0, 16))
  removeOld(folder, directory)
  if (existsSync(directory)) return { directory, fresh: false }
  const made = await synthesiseBeside(directory)
  try {
    renameSync(made, directory)
  } catch (error) {
    // Another process has made the same meanwhile.
    rmSync(made, { recursive: true, force: true })
    if (!existsSync(directory)) throw error
  }
  return { directory, fresh: true }
}

/** Synthesises next to where the assembly will be: one that fails leaves nothing half-made in its place. */
async function synthesiseBeside(directory: string): Promise<string> {
  const making = `${directory}.${process.pid}`
  mkdirSync(path.dirname(directory), { recursive: true })
  await runSynthesis(making)
  return making
}

function removeOld(folder: string, current: string): void {
  if (!existsSync(folder)) return
  if (existsSync(current)) utimesSync(current, new Date(), new Date())
  const oldestMs = Date.now() - KEEP_DAYS * 86_400_000
  for (const name of readdirSync(folder)) {
    const candidate = path.join(folder, name)
    if (statSync(candidate).mtimeMs < oldestMs) rmSync(candidate, { recursive: true, force: true })
  }
}

/** Changes whenever a file the synthesis reads is written, added or removed. */
function inputStamp(root = ROOT): string {
  const hash = createHash('sha256')
  for (const input of INPUTS) {
    for (const file of filesOf(path.join(root, input)).sort()) {
      const { size, mtimeMs } = statSync(file)
      hash.update(`${path.relative(root, file)}:${size}:${mtimeMs}\n`)
    }
  }
  return hash.digest('hex')
}

function filesOf(input: string): string[] {
  const stats = statSync(input, { throwIfNoEntry: false })
  if (stats === undefined) return []
  if (stats.isFile()) return [input]
  return readdirSync(input, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !/\.test\.tsx?$/.test(entry.name))
    .flatMap((entry) => filesOf(path.join(input, entry.name)))
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/**
 * How much rubbish esbuild, a Go program, gathers before it looks through its memory: with twice Go's own value a first build costs
 * a sixth less processor time and no more memory.
 */
const ESBUILD_GOGC = '200'

async function runSynthesis(directory: string): Promise<void> {
  const child = spawn(process.execPath, ['infra/app.ts', '--output', directory, '--context', 'environment=local'], {
    cwd: ROOT,
    env: { GOGC: ESBUILD_GOGC, ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`the synthesis failed:\n${output.trim().split('\n').slice(-30).join('\n')}`)
}
