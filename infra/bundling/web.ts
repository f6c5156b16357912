import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'

/** What the pages are built from beside `web/`: the lock file fixes every library. Types of other folders are erased. */
const LOCK = 'package-lock.json'

/** Milliseconds after which pages that nothing asked for any more are removed. */
const KEPT_MS = 86_400_000

/** Builds of the same process share one run per folder. */
const running = new Map<string, Promise<string>>()

/**
 * The built dashboard: a folder with `index.html` and `assets/`, whose names hold a hash of their content. Built once per content
 * of `web/`, by whoever asks first; afterwards the folder is used as it is. Rejects with what Vite says when it cannot be built.
 */
export const buildPages = (root: string): Promise<string> => {
  const folder = path.join(root, '.build/pages', contentOf(root).slice(0, 16))
  const made = running.get(folder) ?? make(root, folder).finally(() => running.delete(folder))
  running.set(folder, made)
  return made
}

const make = async (root: string, folder: string): Promise<string> => {
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date())
    return folder
  }
  mkdirSync(path.dirname(folder), { recursive: true })
  removeOld(path.dirname(folder))
  const making = `${folder}.${process.pid}`
  // Vite is loaded only when there is something to build: it takes longer to load than the rest of a synthesis without changes.
  const { build } = await import('vite')
  await build({
    configFile: path.join(root, 'web/vite.config.ts'),
    mode: 'production',
    logLevel: 'error',
    build: { outDir: making, emptyOutDir: true },
  })
  try {
    renameSync(making, folder)
  } catch (error) {
    // Another process has built the same meanwhile.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

const contentOf = (root: string): string => {
  const hash = createHash('sha256')
  for (const file of [LOCK, ...sourcesIn(root, 'web')]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

const sourcesIn = (root: string, folder: string): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`
      if (entry.isDirectory()) return sourcesIn(root, name)
      return /\.(test\.tsx?|md)$/.test(entry.name) ? [] : [name]
    })

const removeOld = (parent: string): void => {
  const oldestMs = Date.now() - KEPT_MS
  for (const entry of readdirSync(parent)) {
    const folder = path.join(parent, entry)
    // Another process may be putting its build in place: what is gone meanwhile is not ours to remove.
    const stats = statSync(folder, { throwIfNoEntry: false })
    if (stats && stats.mtimeMs < oldestMs) rmSync(folder, { recursive: true, force: true })
  }
}
