import { existsSync } from 'node:fs'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { linkFile } from './link.ts'

/** The package of the program that converts media. No bundle imports it: it runs in a thread, from files beside the bundle. */
export const MEDIA_TOOLS = '@ffmpeg/core'

/** The source that starts the thread: what includes it needs the files. */
export const MEDIA_TOOLS_USER = 'shared/domains/media/ffmpeg/run.ts'

/** The source of the thread, and what it imports. */
export const MEDIA_TOOLS_INPUTS = [
  'shared/domains/media/ffmpeg/worker.ts',
  'shared/domains/media/ffmpeg/protocol.ts',
  `node_modules/${MEDIA_TOOLS}/package.json`,
]

/** Name of the program's file beside a bundle. */
const PROGRAM = 'ffmpeg-core.wasm'

/** Whether a bundle's folder holds the program. */
export const hasMediaTools = (folder: string): boolean => existsSync(path.join(folder, PROGRAM))

/** Builds the thread once and puts it with its program into the folders of the bundles that need them. */
export const placeMediaTools = (root: string, folders: string[]): void => {
  const [first, ...others] = folders
  if (first === undefined) return
  const worker = 'ffmpeg-worker.mjs'
  buildSync({
    absWorkingDir: root,
    entryPoints: [MEDIA_TOOLS_INPUTS[0] ?? ''],
    outfile: path.join(first, worker),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  })
  for (const folder of others) linkFile(path.join(first, worker), path.join(folder, worker))
  const program = path.join(root, 'node_modules', MEDIA_TOOLS, 'dist/esm/ffmpeg-core.wasm')
  for (const folder of folders) linkFile(program, path.join(folder, PROGRAM))
}
