import { cpSync } from 'node:fs'
import path from 'node:path'
import { passFolder, rememberPass, unchangedPass } from './bundling/build-state.ts'
import { assetNames, functionEntries, runnerEntry } from './bundling/entries.ts'
import { type Bundle, bundleEntries } from './bundling/esbuild.ts'
import { copyMediaTools, MEDIA_TOOLS } from './bundling/media-tools.ts'
import { copySharp } from './bundling/native-modules.ts'
import { buildPages } from './bundling/web.ts'
import { type Catalogue, ROOT } from './catalogue.ts'

/**
 * The built code: where each bundle lies, how large its JavaScript is, the folder of the dashboard's pages, and what the person
 * who deploys has to know.
 */
export type Code = { directoryOf: (name: string) => string; bundles: Bundle[]; pages: string; warnings: string[] }

/**
 * Builds every function and the session-runner, each into a folder of its own, and the dashboard's pages. What has not changed
 * since it was last built is used as it is. Rejects with the messages of esbuild or Vite when something cannot be built.
 */
export const bundle = async (catalogue: Catalogue, root = ROOT): Promise<Code> => {
  const [code, pages] = await Promise.all([bundleFunctions(catalogue, root), buildPages(root)])
  return { ...code, pages }
}

const bundleFunctions = async (catalogue: Catalogue, root: string): Promise<Omit<Code, 'pages'>> => {
  const build = path.join(root, '.build')
  const stateFile = path.join(build, 'bundles.json')
  const entries = [...functionEntries(catalogue), runnerEntry('./session-runner/main.ts')]
  const description = JSON.stringify(entries)
  const kept = unchangedPass(root, stateFile, description)
  if (kept) return codeIn(kept.folder, kept.bundles, [])

  const folder = passFolder(path.join(build, 'passes'))
  const pass = await bundleEntries({ root, entries, outdir: folder, mapdir: path.join(build, 'maps') })
  const code = codeIn(folder, pass.bundles, [])
  code.warnings.push(...copyCompanions(root, code))
  // A pass with a warning is not remembered, so that the next one tries again.
  if (code.warnings.length === 0) rememberPass(root, stateFile, folder, description, pass)
  return code
}

const codeIn = (folder: string, bundles: Bundle[], warnings: string[]): Omit<Code, 'pages'> => ({
  directoryOf: (name) => path.join(folder, name),
  bundles,
  warnings,
})

/** Files that go beside a bundle: native modules and media tools where they are used, and the recipe of the runner's image. */
const copyCompanions = (root: string, { bundles, directoryOf }: Omit<Code, 'pages'>): string[] => {
  const warnings = bundles
    .filter(({ name, external }) => name !== assetNames.runner && external.includes('sharp'))
    .map(({ name }) => copySharp(root, path.join(root, '.build/sharp'), directoryOf(name)))
  const converting = bundles.filter(({ external }) => external.includes(MEDIA_TOOLS))
  copyMediaTools(
    root,
    converting.map(({ name }) => directoryOf(name)),
  )
  const recipe = 'session-runner/Dockerfile'
  cpSync(path.join(root, recipe), path.join(directoryOf(assetNames.runner), path.basename(recipe)))
  return [...new Set(warnings.filter((warning) => warning !== undefined))]
}
