import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const lockSchema = z.object({ pid: z.number(), startedAt: z.string() })

/** Another stack runs on the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
}

/**
 * Claims a data folder for this process; gives the function that releases it. Throws DataFolderInUseError while the
 * process that holds it lives; a lock left by a process that was killed is taken over.
 */
export function lockDataFolder(directory: string): () => void {
  mkdirSync(directory, { recursive: true })
  const file = path.join(directory, 'lock.json')
  const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '' })
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw error
      const holder = holderOf(file)
      if (holder !== undefined) {
        throw new DataFolderInUseError(
          `another stack (process ${holder}) uses ${directory}: stop it, or choose another folder with --data`,
        )
      }
      rmSync(file, { force: true })
    }
  }
}

/** The living process that holds a lock file. */
function holderOf(file: string): number | undefined {
  try {
    const { pid, startedAt } = lockSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const now = startOf(pid)
    return now !== undefined && now === startedAt ? pid : undefined
  } catch {
    return undefined
  }
}

/** When a living process started, so that a number used again is not taken for the old process; '' where unknown. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  try {
    // Field 22 of Linux' process status, counted after the name, which may hold spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
