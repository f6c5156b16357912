import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { random } from './crypto.ts'

const PATH = /^\/v\/([A-Za-z0-9_-]{20,64})$/

/** Encrypted files that clients and phones uploaded, under their direct paths. */
export interface MediaStore {
  /** Keeps a file; gives its direct path. Written to disk in the background. */
  put(bytes: Buffer): string
  /** The file of a direct path, with or without a query string. */
  get(directPath: string): Promise<Buffer | undefined>
  /** Resolves when everything kept so far is on disk. */
  flush(): Promise<void>
}

function nameOf(directPath: string): string | undefined {
  return PATH.exec(directPath.split('?')[0] ?? '')?.[1]
}

/** A media store, on disk when a directory is given. */
export function openMediaStore(dir: string | undefined): MediaStore {
  const held = new Map<string, Buffer>()
  let writes: Promise<unknown> = Promise.resolve()
  const fileOf = (name: string): string => join(dir ?? '', 'media', name)
  const save = async (name: string, bytes: Buffer): Promise<void> => {
    await mkdir(join(dir ?? '', 'media'), { recursive: true })
    await writeFile(fileOf(name), bytes)
    held.delete(name)
  }
  return {
    put(bytes) {
      const name = random(24).toString('base64url')
      held.set(name, bytes)
      if (dir !== undefined) writes = Promise.all([writes, save(name, bytes)])
      return `/v/${name}`
    },
    async get(directPath) {
      const name = nameOf(directPath)
      if (!name) return undefined
      const inMemory = held.get(name)
      if (inMemory || dir === undefined) return inMemory
      return readFile(fileOf(name)).catch(() => undefined)
    },
    async flush() {
      await writes
    },
  }
}
