import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { bundle, type Code } from '#infra/bundle.ts'
import { loadCatalogue } from '#infra/catalogue.ts'

/** Loads a bundle as Lambda does, in a process of its own, and says what it exports and how long that took. */
const LOADER = `
// Lambda's runtime has it before the code of a function is loaded.
globalThis.awslambda = { streamifyResponse: (handler) => handler }
const started = performance.now()
const module = await import(process.argv[1])
console.log(JSON.stringify({ handler: typeof module.handler, ms: Math.round(performance.now() - started) }))
`

let code: Code

beforeAll(async () => {
  code = await bundle(await loadCatalogue())
}, 180_000)

const run = (args: string[]) =>
  promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH, AWS_REGION: 'us-east-1' } })

test('every function loads from its folder alone and has a handler', async () => {
  const times: Record<string, number> = {}
  for (const { name } of code.bundles.filter((built) => built.name !== 'session-runner')) {
    const file = path.join(code.directoryOf(name), 'index.mjs')
    const { stdout } = await run(['--input-type=module', '-e', LOADER, file])
    const { handler, ms } = JSON.parse(stdout) as { handler: string; ms: number }
    expect(handler, name).toBe('function')
    times[name] = ms
  }
  console.log('milliseconds to load', times)
}, 60_000)

test('every bundle is plain ASCII, so that it lies in memory with one byte for each character', () => {
  const others = code.bundles.filter(({ name }) => {
    const file = name === 'session-runner' ? 'main.mjs' : 'index.mjs'
    return readFileSync(path.join(code.directoryOf(name), file)).some((byte) => byte > 0x7f)
  })
  expect(others.map(({ name }) => name)).toEqual([])
})

test('the session-runner starts from its folder alone, up to the first variable it misses', async () => {
  const file = path.join(code.directoryOf('session-runner'), 'main.mjs')
  await expect(run([file])).rejects.toMatchObject({ stderr: expect.stringContaining('COMMAND_QUEUE_URLS') })
})
