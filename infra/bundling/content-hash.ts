import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** Hashes of files by what identifies a file on the disk. */
const known = new Map<string, string>()

/**
 * Hash of the names and contents in a folder, the same on every machine. A file that lies in several folders through links is
 * read once: many bundles hold the same megabytes of native code.
 */
export const contentHash = (folder: string): string => {
  const hash = createHash('sha256')
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = statSync(path.join(folder, file))
    if (stats.isDirectory()) continue
    const identity = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`
    const content = known.get(identity) ?? sha256(path.join(folder, file))
    known.set(identity, content)
    hash.update(`${file.split(path.sep).join('/')}\0${content}\0`)
  }
  return hash.digest('hex')
}

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
