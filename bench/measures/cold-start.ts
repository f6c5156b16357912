import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { percentile } from '../lib/statistics.ts'

/** Size and load time of one function's bundle. */
export type ColdStart = { name: string; bytes: number; zippedBytes: number; loadMs: number }

const LOAD =
  'const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t));process.exit(0)'

const loadTime = (file: string): number => {
  const samples = Array.from({ length: 5 }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', LOAD, file], {
      encoding: 'utf8',
    })
    if (stdout === '') throw new Error(`the bundle does not load: ${stderr.slice(0, 300)}`)
    return Number(stdout)
  })
  return percentile(samples, 0.5)
}

/** Function names by the hash of their bundle, as the templates say. */
const functionNames = (assembly: string): Map<string, string> => {
  const names = new Map<string, string>()
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const { Resources } = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
      Resources: Record<string, { Type: string; Properties: { FunctionName?: string; Code?: { S3Key?: string } } }>
    }
    for (const { Type, Properties } of Object.values(Resources)) {
      const hash = Properties?.Code?.S3Key?.replace(/\.zip$/, '')
      if (Type === 'AWS::Lambda::Function' && hash) names.set(hash, Properties.FunctionName ?? hash)
    }
  }
  return names
}

/** Loads each bundled function of a synthesised app in a new process, five times, and gives the medians, slowest first. */
export const measureColdStarts = (assembly: string): ColdStart[] => {
  const names = functionNames(assembly)
  return readdirSync(assembly)
    .map((folder) => ({ name: names.get(folder.replace(/^asset\./, '')), file: join(assembly, folder, 'index.mjs') }))
    .filter((found): found is { name: string; file: string } => found.name !== undefined && existsSync(found.file))
    .map(({ name, file }) => ({
      name,
      bytes: statSync(file).size,
      zippedBytes: gzipSync(readFileSync(file)).length,
      loadMs: loadTime(file),
    }))
    .sort((a, b) => b.loadMs - a.loadMs)
}
