import { cpSync } from 'node:fs'
import path from 'node:path'
import { passFolder, recipeOf, rememberPass, unchangedPass } from './bundling/build-state.ts'
import { assetNames, functionEntries, runnerEntry } from './bundling/entries.ts'
import { type Bundle, bundleEntries } from './bundling/esbuild.ts'
import { MEDIA_TOOLS, placeMediaTools } from './bundling/media-tools.ts'
import { placeSharp, placeSharpForLambda } from './bundling/native-modules.ts'
import { buildPages } from './bundling/web.ts'
import { type Catalogue, ROOT } from './catalogue.ts'

/**
 * The built code: where each bundle lies, how large its JavaScript is, the folder of the dashboard's pages, and why it must not be
 * deployed, if so.
 */
export type Code = { directoryOf: (name: string) => string; bundles: Bundle[]; pages: string; undeployable: string[] }

/** What a build is for: only what is deployed has to hold libraries for Lambda, and maps to read its stack traces with. */
export type Purpose = 'deployment' | 'thisMachine'

const THIS_MACHINE = 'environment=local is built for this machine alone and must not be deployed: choose another name'

/**
 * Builds every function and the session-runner, each into a folder of its own, and the dashboard's pages. What has not changed
 * since it was last built is used as it is. Rejects with the messages of esbuild or Vite when something cannot be built.
 */
export const bundle = async (
  catalogue: Catalogue,
  purpose: Purpose = 'deployment',
  root: string = ROOT,
): Promise<Code> => {
  const [code, pages] = await Promise.all([bundleFunctions(catalogue, purpose, root), buildPages(root)])
  return { ...code, pages, undeployable: purpose === 'thisMachine' ? [THIS_MACHINE] : code.undeployable }
}

type Functions = Omit<Code, 'pages'>

const bundleFunctions = async (catalogue: Catalogue, purpose: Purpose, root: string): Promise<Functions> => {
  const build = path.join(root, '.build')
  const stateFile = path.join(build, 'bundles.json')
  const deployable = purpose === 'deployment'
  const entries = [...functionEntries(catalogue), runnerEntry('./session-runner/main.ts')]
  const recipe = recipeOf(root, entries)
  const kept = unchangedPass(root, stateFile, { recipe, deployable })
  if (kept) return codeIn(kept.folder, kept.bundles, [])

  const folder = passFolder(path.join(build, 'passes'))
  const mapdir = deployable ? path.join(build, 'maps') : undefined
  const pass = await bundleEntries({ root, entries, outdir: folder, mapdir })
  const code = codeIn(folder, pass.bundles, [])
  code.undeployable.push(...placeCompanions(root, code, deployable))
  // Such a pass is not remembered, so that the next one tries again.
  if (code.undeployable.length === 0) rememberPass(root, stateFile, { folder, recipe, deployable }, pass)
  return code
}

const codeIn = (folder: string, bundles: Bundle[], undeployable: string[]): Functions => ({
  directoryOf: (name) => path.join(folder, name),
  bundles,
  undeployable,
})

/** Files that go beside a bundle: native modules and media tools where they are used, and the recipe of the runner's image. */
const placeCompanions = (root: string, { bundles, directoryOf }: Functions, deployable: boolean): string[] => {
  const using = (module: string) => bundles.filter(({ external }) => external.includes(module)).map(({ name }) => name)
  const drawing = using('sharp')
    .filter((name) => name !== assetNames.runner)
    .map(directoryOf)
  for (const directory of drawing) placeSharp(root, directory)
  const warning = deployable ? placeSharpForLambda(root, path.join(root, '.build/sharp'), drawing) : undefined
  placeMediaTools(root, using(MEDIA_TOOLS).map(directoryOf))
  const recipe = 'session-runner/Dockerfile'
  cpSync(path.join(root, recipe), path.join(directoryOf(assetNames.runner), path.basename(recipe)))
  return warning === undefined ? [] : [warning]
}
