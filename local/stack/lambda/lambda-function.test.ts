import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FunctionDefinition } from './definition.ts'
import { type AsyncOutcome, LambdaFunction } from './lambda-function.ts'

let directory: string
const started: LambdaFunction[] = []

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lambda-'))
})

afterEach(async () => {
  for (const fn of started.splice(0)) await fn.stop(0)
  rmSync(directory, { recursive: true })
})

function make(code: string, change: Partial<FunctionDefinition> = {}, outcomes: AsyncOutcome[] = []): LambdaFunction {
  writeFileSync(path.join(directory, 'index.mjs'), code)
  const definition: FunctionDefinition = {
    name: 'fn',
    arn: 'arn:aws:lambda:eu-central-1:000000000000:function:fn',
    directory,
    handler: 'index.handler',
    timeoutMs: 5000,
    memoryMb: 128,
    environment: {},
    roleArn: '',
    reservedConcurrency: undefined,
    tags: {},
    async: { maxRetries: 2, maxAgeMs: 60_000, onFailure: undefined, onSuccess: undefined, deadLetter: undefined },
    ...change,
  }
  const fn = new LambdaFunction(definition, {
    worker: { environment: { A: '1' }, logFile: path.join(directory, 'fn.log'), verbose: false, preload: [] },
    onOutcome: async (outcome) => void outcomes.push(outcome),
    retryDelaysMs: [1],
  })
  started.push(fn)
  return fn
}

const json = async (answer: Promise<string | undefined>) => JSON.parse((await answer) ?? 'null') as unknown

describe('a Lambda function', () => {
  it('sees exactly its environment, and an event and context as on AWS', async () => {
    const fn = make(`export const handler = async (event, context) =>
      ({ event, env: process.env, name: context.functionName, left: context.getRemainingTimeInMillis() > 4000 })`)
    expect(await json(fn.invoke('{"x":1}'))).toEqual({ event: { x: 1 }, env: { A: '1' }, name: 'fn', left: true })
  })

  it('keeps its module state between invocations and interleaves them', async () => {
    const fn = make(`let n = 0; let open; const gate = new Promise(r => open = r)
      export const handler = async (e) => { n++; if (e.wait) await gate; else open(); return n }`)
    const answers = await Promise.all([json(fn.invoke('{"wait":true}')), json(fn.invoke('{}'))])
    expect(answers).toEqual([2, 2])
  })

  it('fails with the error the handler threw', async () => {
    const fn = make('export const handler = async () => { throw new TypeError("no") }')
    await expect(fn.invoke('{}')).rejects.toMatchObject({
      kind: 'unhandled',
      error: { errorType: 'TypeError', errorMessage: 'no' },
    })
  })

  it('is cut off at its timeout, even in an endless loop, and works again afterwards', async () => {
    const fn = make('export const handler = async (e) => { while (e.loop) {} ; return "ok" }', { timeoutMs: 100 })
    await fn.warm()
    await expect(fn.invoke('{"loop":true}')).rejects.toMatchObject({ kind: 'timeout' })
    expect(await json(fn.invoke('{}'))).toBe('ok')
  })

  it('lets other invocations of a timed-out worker finish', async () => {
    const fn = make(
      `let open; const gate = new Promise(r => open = r); let first = true
      export const handler = async (e) => { if (e.never) await new Promise(() => {}); await gate.then(() => {}); return 1 }
      setTimeout(() => open(), 250)`,
      { timeoutMs: 200 },
    )
    await fn.warm()
    const never = fn.invoke('{"never":true}')
    never.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 120))
    const other = fn.invoke('{}')
    await expect(never).rejects.toMatchObject({ kind: 'timeout' })
    expect(await json(other)).toBe(1)
  })

  it('starts anew after a crash', async () => {
    const fn = make('export const handler = async (e) => { if (e.die) process.exit(1); return "alive" }')
    await expect(fn.invoke('{"die":true}')).rejects.toMatchObject({ kind: 'crash' })
    expect(await json(fn.invoke('{}'))).toBe('alive')
  })

  it('reports a bundle that cannot be loaded', async () => {
    const fn = make('throw new Error("bad bundle")')
    await expect(fn.invoke('{}')).rejects.toMatchObject({ kind: 'init', error: { errorMessage: 'bad bundle' } })
  })

  it('streams status, headers and bytes in order', async () => {
    const fn = make(`export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'Content-Type': 'text/event-stream' } })
      stream.write('a'); stream.write('b'); stream.end() })`)
    const seen: string[] = []
    await fn.invoke('{}', {
      head: (head) => seen.push(`${head.statusCode} ${head.headers['content-type']}`),
      chunk: (chunk) => void seen.push(Buffer.from(chunk).toString()),
      end: () => seen.push('end'),
    })
    expect(seen).toEqual(['201 text/event-stream', 'a', 'b', 'end'])
  })

  it('writes what it prints to its log file', async () => {
    const fn = make('export const handler = async () => { console.log("hello log") }')
    await fn.invoke('{}')
    await fn.stop(0)
    expect(readFileSync(path.join(directory, 'fn.log'), 'utf8')).toContain('hello log\n')
  })

  it('tries an asynchronous invocation three times, then hands it to its destination', async () => {
    const outcomes: AsyncOutcome[] = []
    const fn = make('export const handler = async () => { throw new Error("always") }', {}, outcomes)
    await fn.invokeAsync('{"id":7}')
    expect(outcomes).toMatchObject([{ payload: '{"id":7}', attempts: 3, error: { kind: 'unhandled' } }])
  })

  it('refuses more than its reserved concurrency', async () => {
    const fn = make('export const handler = async () => { await new Promise(r => setTimeout(r, 50)) }', {
      reservedConcurrency: 1,
    })
    const first = fn.invoke('{}')
    await expect(fn.invoke('{}')).rejects.toMatchObject({ kind: 'throttled' })
    await first
  })
})
