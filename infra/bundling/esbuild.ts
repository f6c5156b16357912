import { isAscii } from 'node:buffer'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type BuildResult, build, type Plugin } from 'esbuild'
import type { Entry } from './entries.ts'
import { MEDIA_TOOLS, MEDIA_TOOLS_INPUTS, MEDIA_TOOLS_USER } from './media-tools.ts'

/**
 * Modules that stay imports: sharp is native code and is copied beside the bundle (see `native-modules.ts`), and so is what
 * converts media (see `media-tools.ts`); the others are optional peers of Baileys that nothing here uses, each behind a dynamic
 * import there.
 */
const EXTERNAL = ['sharp', MEDIA_TOOLS, 'jimp', 'link-preview-js', 'audio-decode', 'qrcode-terminal', 'pino-pretty']

/** What one bundle came to: bytes of its JavaScript, and the modules left outside. */
export type Bundle = { name: string; bytes: number; external: string[] }

/** Result of the pass: the bundles, and every source file that went into them (relative to the root). */
export type Pass = { bundles: Bundle[]; inputs: string[] }

/** CommonJS dependencies call require(), which an ES module does not have. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

/**
 * Bundles every entry in one pass into `<outdir>/<name>/<file>.mjs`, and the source maps apart from them as
 * `<mapdir>/<name>.mjs.map`: they are for reading stack traces and would only slow the start of a function down. Without a
 * `mapdir` there are none, which takes a third less time and changes nothing in the bundles.
 */
export const bundleEntries = async (options: {
  root: string
  entries: Entry[]
  outdir: string
  mapdir?: string | undefined
}): Promise<Pass> => {
  const { root, entries, outdir, mapdir } = options
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.map(({ name, file }) => ({ in: `entry:${name}`, out: `${name}/${file}` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    treeShaking: true,
    sourcemap: mapdir === undefined ? false : 'external',
    sourcesContent: false,
    legalComments: 'none',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    plugins: [generatedEntries(root, entries), englishOnly],
    logLevel: 'error',
  })
  for (const { name } of entries) mkdirSync(path.join(outdir, name), { recursive: true })
  if (mapdir !== undefined) mkdirSync(mapdir, { recursive: true })
  writeOutputs(result, outdir, mapdir)
  return { bundles: bundlesOf(result, root, outdir), inputs: inputsOf(result) }
}

const generatedEntries = (root: string, entries: Entry[]): Plugin => ({
  name: 'generated-entries',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^entry:/ }, ({ path: id }) => ({ path: id.slice('entry:'.length), namespace: 'entry' }))
    onLoad({ filter: /.*/, namespace: 'entry' }, ({ path: name }) => ({
      contents: entries.find((entry) => entry.name === name)!.source,
      resolveDir: root,
      loader: 'ts',
    }))
  },
})

/** zod brings its messages in fifty languages, a quarter of a megabyte that every cold start would read. We use English. */
const englishOnly: Plugin = {
  name: 'zod-in-english',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      loader: 'js',
    }))
  },
}

/**
 * Escapes what esbuild leaves as it is, in regular expressions. One character beyond ASCII makes V8 keep the whole source with two
 * bytes for each character, which is seven megabytes of the runner's memory.
 */
const inAscii = (source: string): string =>
  source.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

type Result = BuildResult<{ write: false; metafile: true }>

const writeOutputs = (result: Result, outdir: string, mapdir = ''): void => {
  for (const file of result.outputFiles) {
    const relative = path.relative(outdir, file.path)
    if (relative.endsWith('.map')) writeFileSync(path.join(mapdir, `${path.dirname(relative)}.mjs.map`), file.contents)
    else writeFileSync(file.path, isAscii(file.contents) ? file.contents : inAscii(file.text))
  }
}

const bundlesOf = (result: Result, root: string, outdir: string): Bundle[] =>
  Object.entries(result.metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, output]) => ({
      name: path.dirname(path.relative(outdir, path.resolve(root, file))),
      bytes: output.bytes,
      external: [
        ...new Set(output.imports.filter((i) => i.external).map((i) => i.path)),
        ...(MEDIA_TOOLS_USER in output.inputs ? [MEDIA_TOOLS] : []),
      ]
        .filter((module) => EXTERNAL.includes(module))
        .sort(),
    }))

const inputsOf = (result: Result): string[] => [
  ...Object.keys(result.metafile.inputs).filter((input) => !input.startsWith('entry:')),
  ...MEDIA_TOOLS_INPUTS,
]
