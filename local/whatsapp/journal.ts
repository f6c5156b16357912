import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { appendFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'

const FLUSH_MS = 200
const COMPACT_MIN_BYTES = 4 * 1024 * 1024

/** Gives the JSON value of an entry, or undefined when it is gone. */
export type Snapshot = () => unknown

/** Where the sandbox keeps its state. Entries are marked dirty and written later, off the hot path. */
export interface Journal {
  /** Entries found at the start, by key. */
  readonly loaded: ReadonlyMap<string, unknown>
  /** False when the last process did not close the journal: message traffic of its last moments may be missing. */
  readonly cleanStart: boolean
  /** Frees the entries found at the start, once they were used. */
  forget(): void
  mark(key: string, snapshot: Snapshot): void
  /** Resolves when the file system has everything marked so far, which survives a kill of this process. */
  flush(): Promise<void>
  /** Directory for bigger files, absent when nothing is kept. */
  readonly dir: string | undefined
  close(): Promise<void>
}

/** A journal that keeps nothing. */
export function memoryJournal(): Journal {
  return {
    loaded: new Map(),
    cleanStart: true,
    dir: undefined,
    forget: () => undefined,
    mark: () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  }
}

interface ReadBack {
  entries: Map<string, unknown>
  bytes: number
}

/** Reads line by line, because a long run writes more than fits into one string. */
async function readBack(path: string): Promise<ReadBack> {
  const entries = new Map<string, unknown>()
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size === 0) return { entries, bytes: 0 }
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    if (line === '') continue
    let pair: [string, unknown]
    try {
      pair = JSON.parse(line)
    } catch {
      // A kill in the middle of a write leaves half a line; what came before it is whole.
      continue
    }
    if (pair[1] === null) entries.delete(pair[0])
    else entries.set(pair[0], pair[1])
  }
  return { entries, bytes: size }
}

async function compact(path: string, entries: Map<string, unknown>): Promise<void> {
  const file = await open(`${path}.new`, 'w')
  for (const pair of entries) await file.write(`${JSON.stringify(pair)}\n`)
  await file.close()
  await rename(`${path}.new`, path)
}

class FileJournal implements Journal {
  readonly dir: string
  readonly loaded: Map<string, unknown>
  readonly cleanStart: boolean
  private readonly dirty = new Map<string, Snapshot>()
  private readonly written = new Set<string>()
  private readonly stream: WriteStream
  private timer: NodeJS.Timeout | undefined
  private tail: Promise<void> = Promise.resolve()

  constructor(dir: string, path: string, loaded: Map<string, unknown>, cleanStart: boolean) {
    this.dir = dir
    this.loaded = loaded
    this.cleanStart = cleanStart
    for (const key of loaded.keys()) this.written.add(key)
    this.stream = createWriteStream(path, { flags: 'a' })
  }

  forget(): void {
    this.loaded.clear()
  }

  mark(key: string, snapshot: Snapshot): void {
    this.dirty.set(key, snapshot)
    this.timer ??= setTimeout(() => void this.write(), FLUSH_MS)
  }

  /** Turns dirty entries into lines. An entry that came and went before it was ever written costs nothing. */
  private takeLines(): string {
    const lines: string[] = []
    for (const [key, snapshot] of this.dirty) {
      const value = snapshot()
      if (value !== undefined) {
        this.written.add(key)
        lines.push(`${JSON.stringify([key, value])}\n`)
      } else if (this.written.delete(key)) {
        lines.push(`${JSON.stringify([key, null])}\n`)
      }
    }
    this.dirty.clear()
    return lines.join('')
  }

  private write(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const lines = this.takeLines()
    if (lines !== '') {
      const done = new Promise<void>((resolve, reject) => {
        this.stream.write(lines, (error) => (error ? reject(error) : resolve()))
      })
      this.tail = this.tail.then(() => done)
    }
    return this.tail
  }

  /** Waits for the file system to take the lines. That survives a kill of the process, which is what is promised. */
  async flush(): Promise<void> {
    await this.write()
  }

  async close(): Promise<void> {
    await this.write()
    this.stream.end()
    await finished(this.stream)
    await writeFile(join(this.dir, 'clean'), '')
  }
}

/** Opens the journal in a directory, making it when needed, and rewrites it without stale lines once it is big. */
export async function openJournal(dir: string): Promise<Journal> {
  await mkdir(join(dir, 'media'), { recursive: true })
  const path = join(dir, 'journal.ndjson')
  const { entries, bytes } = await readBack(path)
  const cleanPath = join(dir, 'clean')
  const clean = bytes === 0 || (await stat(cleanPath).catch(() => undefined)) !== undefined
  if (bytes > COMPACT_MIN_BYTES) await compact(path, entries)
  await rm(cleanPath, { force: true })
  // Should the last line be half written, this ends it, so that nothing is appended to it.
  if (bytes > 0) await appendFile(path, '\n')
  return new FileJournal(dir, path, entries, clean)
}
