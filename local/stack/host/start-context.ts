import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { StackOptions } from '../stack-options.ts'
import type { Parts } from './assemble.ts'
import { lockDataFolder } from './lock.ts'
import { openLogs, type StackLogs } from './logs.ts'
import type { Progress } from './progress.ts'
import type { Tasks } from './tasks.ts'

/** Something to undo when the stack ends. */
export type CleanUp = () => Promise<unknown> | unknown

/** What every step of a start works with. */
export type StartContext = {
  options: StackOptions
  dir: string
  /** Folder that keeps one part's state over restarts; undefined when it is to live in memory. */
  keep: (name: string) => string | undefined
  logs: StackLogs
  progress: Progress
  cleanUps: CleanUp[]
  /** The parts that answer calls of the emulators, once they exist. */
  running: { parts?: Parts; tasks?: Tasks }
}

/** Why a folder cannot be used, by the system's code. */
const UNUSABLE: Record<string, string> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of the path is a file',
  EROFS: 'it is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
}

/** Claims the folder of a stack (a temporary one goes with the stack) and opens its logs. */
export function openContext(options: StackOptions, cleanUps: CleanUp[]): StartContext {
  const dir = dataFolder(options, cleanUps)
  const keeps = options.dir !== undefined && options.memory !== true
  return {
    options,
    dir,
    keep: (name) => (keeps ? path.join(dir, name) : undefined),
    logs: openLogs(path.join(dir, 'logs'), options.verbose ?? false),
    progress: options.progress ?? (() => {}),
    cleanUps,
    running: {},
  }
}

function dataFolder(options: StackOptions, cleanUps: CleanUp[]): string {
  if (options.dir === undefined) {
    const dir = mkdtempSync(path.join(tmpdir(), 'switchboard-'))
    cleanUps.push(() => rmSync(dir, { recursive: true, force: true }))
    return dir
  }
  try {
    mkdirSync(options.dir, { recursive: true })
    cleanUps.push(lockDataFolder(options.dir))
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const reason = UNUSABLE[code]
    if (reason === undefined) throw error
    throw new Error(`${options.dir} cannot keep the state: ${reason}; choose another folder with --data`)
  }
  return options.dir
}
