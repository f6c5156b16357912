import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs'
import path from 'node:path'

/** The log files of a stack: one per function and task, and one of the host itself. */
export type StackLogs = {
  directory: string
  /** Writes a line of the host. */
  log: (line: string) => void
  /** Everything written to any log since the last call, by file name without extension. */
  drain: () => Record<string, string>
}

/** Opens the log folder of a stack. */
export function openLogs(directory: string, verbose: boolean): StackLogs {
  mkdirSync(directory, { recursive: true })
  const offsets = new Map<string, number>()
  const hostFile = path.join(directory, 'host.log')
  return {
    directory,
    log: (line) => {
      const text = `${new Date().toISOString()} ${line}\n`
      appendFileSync(hostFile, text, { mode: 0o600 })
      if (verbose) process.stderr.write(text)
    },
    drain: () => {
      const result: Record<string, string> = {}
      for (const name of readdirSync(directory).filter((file) => file.endsWith('.log'))) {
        const text = readFrom(path.join(directory, name), offsets.get(name) ?? 0)
        offsets.set(name, (offsets.get(name) ?? 0) + text.length)
        if (text.length > 0) result[name.slice(0, -'.log'.length)] = text.toString()
      }
      return result
    },
  }
}

function readFrom(file: string, offset: number): Buffer {
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset))
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, offset))
  } finally {
    closeSync(handle)
  }
}
