import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { fail } from '#kit/errors.ts'
import { lazyAsync } from '#kit/lazy.ts'
import type { MediaFile } from '../file.ts'
import { BLOCK_BYTES, BROKEN, type FromWorker, READY, type Setup, type Task, type TaskResult } from './protocol.ts'

/** Runs a task on the file; rejects with `media_invalid` when the program broke down or took too long. */
export type RunTask = (task: Task) => Promise<TaskResult>

// Beside a bundle lie the built worker and the program; in the sources the program is in its package.
const isSource = import.meta.url.endsWith('.ts')
const workerUrl = new URL(isSource ? './worker.ts' : './ffmpeg-worker.mjs', import.meta.url)
const programPath = (): string =>
  isSource
    ? createRequire(import.meta.url).resolve('@ffmpeg/core/wasm')
    : fileURLToPath(new URL('./ffmpeg-core.wasm', import.meta.url))

/** Compiled once in a process; threads share it. V8 translates a function only when it is called. */
const program = lazyAsync(async (): Promise<object> => {
  const bytes = await readFile(programPath())
  const compiled = await WebAssembly.compile(bytes)
  // V8 has a copy of its own; 32 MB need not wait for the collector.
  bytes.buffer.transfer(0)
  return compiled
})

const MOST_AT_ONCE = 2
let running = 0
const waiting: (() => void)[] = []

const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

/** Answers the worker, which stands still until the bytes are there. Gives the error of the store, if it had one. */
const serveReads = (file: MediaFile, worker: Worker, words: Int32Array, block: Uint8Array): (() => unknown) => {
  let broken: unknown
  const answer = (state: number): void => {
    Atomics.store(words, 0, state)
    Atomics.notify(words, 0)
  }
  worker.on('message', (message: FromWorker) => {
    if (message.kind !== 'read') return
    file.read(message.from, message.length).then(
      (bytes) => {
        block.set(bytes)
        words[1] = bytes.length
        answer(READY)
      },
      (error: unknown) => {
        broken = error
        answer(BROKEN)
      },
    )
  })
  return () => broken
}

const nextResult = (worker: Worker): Promise<TaskResult> =>
  new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker): void => {
      if (message.kind !== 'done') return
      worker.off('message', onMessage)
      resolve(message.result)
    }
    worker.on('message', onMessage)
    const ended = (cause?: unknown): void =>
      reject(fail('media_invalid', { message: 'The file cannot be read.', cause }))
    worker.once('error', ended)
    worker.once('exit', () => ended())
  })

/**
 * FFmpeg as WebAssembly, in a thread of its own: what it does to a file from a stranger stays in there. The file is read in
 * parts, never whole. All tasks of `work` together get `limitMs`. Rejects with `media_invalid`, and with the store's error
 * when the file could not be read.
 */
export const withFfmpeg = <T>(file: MediaFile, limitMs: number, work: (run: RunTask) => Promise<T>): Promise<T> =>
  inTurn(async () => {
    const words = new SharedArrayBuffer(8)
    const block = new SharedArrayBuffer(BLOCK_BYTES)
    const setup: Setup = { program: await program(), sizeBytes: file.sizeBytes, words, block }
    const worker = new Worker(workerUrl, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: 256 } })
    const brokenBy = serveReads(file, worker, new Int32Array(words), new Uint8Array(block))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const error = fail('media_invalid', { message: 'Converting the file takes too long; send a shorter one.' })
      timer = setTimeout(() => reject(error), limitMs)
    })
    // Whoever waits sees these; when nobody does, they are not for the process to fall over.
    late.catch(() => undefined)
    const run: RunTask = async (task) => {
      const done = nextResult(worker)
      done.catch(() => undefined)
      worker.postMessage(task)
      const result = await Promise.race([done, late])
      if (brokenBy() !== undefined) throw brokenBy()
      return result
    }
    try {
      return await work(run)
    } finally {
      clearTimeout(timer)
      await worker.terminate()
    }
  })
