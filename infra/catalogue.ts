import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { EVENTS } from '#domains/events.ts'
import type { EventDefinition } from '#kit/define-event.ts'
import type { Job } from '#kit/define-job.ts'
import type { Operation } from '#kit/define-operation.ts'
import type { Subscriber } from '#kit/define-subscriber.ts'

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One declared value with the file it came from, relative to the root. */
export type Declared<T> = { file: string; value: T }

/** All operations of one folder of `functions/api`. */
export type Domain = { name: string; operations: Declared<Operation>[] }

/** Everything that becomes a function, and the events that others can write rules on. */
export type Catalogue = {
  domains: Domain[]
  subscribers: Declared<Subscriber>[]
  jobs: Declared<Job>[]
  events: readonly EventDefinition[]
}

/** Loads every declaration under `functions/`, by listing the folders; nothing is registered by hand. */
export const loadCatalogue = async (): Promise<Catalogue> => ({
  domains: await loadDomains(),
  subscribers: await loadFolder<Subscriber>('functions/events', 'subscriber'),
  jobs: await loadFolder<Job>('functions/jobs', 'job'),
  events: [...EVENTS.values()],
})

const loadDomains = async (): Promise<Domain[]> => {
  const folders = existsSync(path.join(ROOT, 'functions/api'))
    ? readdirSync(path.join(ROOT, 'functions/api'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : []
  const domains = await Promise.all(
    folders.map(async (name) => ({
      name,
      operations: await loadFolder<Operation>(`functions/api/${name}`, 'operation'),
    })),
  )
  return domains.filter((domain) => domain.operations.length > 0)
}

const loadFolder = async <T>(folder: string, exportName: string): Promise<Declared<T>[]> => {
  const absolute = path.join(ROOT, folder)
  if (!existsSync(absolute)) return []
  const files = readdirSync(absolute).filter(isDeclaration).sort()
  return Promise.all(
    files.map(async (name) => {
      const file = `${folder}/${name}`
      const module = (await import(pathToFileURL(path.join(ROOT, file)).href)) as Record<string, T | undefined>
      const value = module[exportName]
      if (value === undefined) throw new Error(`${file} has to export "${exportName}"`)
      return { file, value }
    }),
  )
}

/** Tests lie beside the code, and files that start with an underscore help their neighbours. */
const isDeclaration = (name: string): boolean =>
  name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts') && !name.startsWith('_')
