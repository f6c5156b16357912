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
import { z } from 'zod'
import { contentHash } from './content-hash.ts'
import type { Entry } from './entries.ts'
import type { Bundle, Pass } from './esbuild.ts'

const bundle = z.object({ name: z.string(), bytes: z.number(), external: z.array(z.string()) })
const state = z.object({
  folder: z.string(),
  recipe: z.string(),
  deployable: z.boolean(),
  inputs: z.record(z.string(), z.string()),
  bundles: z.array(bundle),
})

/** The result of a pass: the folder with one folder per bundle, and what is in them. */
export type Built = { folder: string; bundles: Bundle[] }

/** Milliseconds after which nobody reads the folder of an earlier pass any more. */
const KEPT_MS = 600_000

/** Size and time of a file: changes whenever an editor or an installation writes it. Undefined when it is gone. */
const stampOf = (root: string, file: string): string | undefined => {
  const stats = statSync(path.join(root, file), { throwIfNoEntry: false })
  return stats && `${stats.size}:${stats.mtimeMs}`
}

/** Files that a pass depends on though no bundle is made from them: versions of what is put beside it, and how that is done. */
const UNBUNDLED = ['package-lock.json', 'session-runner/Dockerfile', 'infra/bundle.ts']

/** How a pass is made, as one value that changes with it: what is bundled, and whatever no bundle names among its sources. */
export const recipeOf = (root: string, entries: Entry[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(entries))
  hash.update(contentHash(path.join(root, 'infra/bundling')))
  for (const file of UNBUNDLED) hash.update(readFileSync(path.join(root, file))).update('\0')
  return hash.digest('hex')
}

/** What a pass was made for: its recipe, and whether its bundles hold all that a deployment needs. */
type Made = { recipe: string; deployable: boolean }

/** The last pass when neither its inputs nor its recipe has changed since, and it holds what is asked for. */
export const unchangedPass = (root: string, stateFile: string, asked: Made): Built | undefined => {
  if (!existsSync(stateFile)) return undefined
  const last = state.safeParse(JSON.parse(readFileSync(stateFile, 'utf8')))
  if (!last.success || last.data.recipe !== asked.recipe || !existsSync(last.data.folder)) return undefined
  if (asked.deployable && !last.data.deployable) return undefined
  const same = Object.entries(last.data.inputs).every(([file, stamp]) => stampOf(root, file) === stamp)
  if (!same) return undefined
  // In use as of now: the next pass of another synthesis leaves it alone.
  utimesSync(last.data.folder, new Date(), new Date())
  return last.data
}

/** Remembers a pass, so that the next synthesis without a change does not bundle again. */
export const rememberPass = (
  root: string,
  stateFile: string,
  made: Made & { folder: string },
  { inputs, bundles }: Pass,
): void => {
  const stamps = Object.fromEntries(inputs.map((file) => [file, stampOf(root, file) ?? 'gone']))
  // Put in place whole: another synthesis may be reading it.
  const draft = `${stateFile}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ ...made, inputs: stamps, bundles }))
  renameSync(draft, stateFile)
}

/**
 * A fresh folder for a pass. Each pass has one of its own, so that two syntheses at the same time never take the files from
 * under each other; those of passes long over are removed.
 */
export const passFolder = (parent: string): string => {
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name)
    const stats = statSync(folder, { throwIfNoEntry: false })
    if (stats && Date.now() - stats.mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true })
  }
  const folder = path.join(parent, `${Date.now().toString(36)}-${process.pid}`)
  mkdirSync(folder)
  return folder
}
