import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs what `npm test` promises, in order: formatting and types, the synthesis of all stacks (whose bundles the tests then find
 * made), the tests beside the code, the scenarios, and the dashboard in a browser. The first step that fails ends the run with
 * its exit code, so that the last lines say what is wrong.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const steps: [string, string[]][] = [
  ['biome', ['check', '.']],
  ['tsc', ['--noEmit']],
  ['tsc', ['--noEmit', '-p', 'web']],
  ['node', ['infra/app.ts']],
  ['vitest', ['run', '--project', 'code']],
  ['vitest', ['run', '--project', 'scenario']],
  ['vitest', ['run', '--project', 'browser']],
]

for (const [command, args] of steps) {
  console.log(`\n> ${command} ${args.join(' ')}`)
  const { status } = spawnSync(`${root}node_modules/.bin/${command}`, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
