import { parentPort, workerData } from 'node:worker_threads'
import create, { type Core, type Stream } from '@ffmpeg/core'
import { BLOCK_BYTES, BROKEN, type FromWorker, type Setup, type Task, type TaskResult, WAITING } from './protocol.ts'

/** Runs FFmpeg in a thread of its own; started by `run.ts`. The input file stays where it is and is read in blocks. */

const { program, sizeBytes, words, block } = workerData as Setup
const state = new Int32Array(words)
const shared = new Uint8Array(block)
const KEPT_BLOCKS = 4
const KEPT_LINES = 40
const EIO = 29

const say = (message: FromWorker): void => parentPort?.postMessage(message)

const fetchBlock = (from: number): Uint8Array | undefined => {
  const length = Math.min(BLOCK_BYTES, sizeBytes - from)
  Atomics.store(state, 0, WAITING)
  say({ kind: 'read', from, length })
  Atomics.wait(state, 0, WAITING)
  return Atomics.load(state, 0) === BROKEN ? undefined : shared.slice(0, state[1])
}

/** Blocks in the order of their last use: a file whose index lies at its end is read to and fro. */
const blocks = new Map<number, Uint8Array>()

const blockOf = (position: number, core: Core): Uint8Array => {
  const from = position - (position % BLOCK_BYTES)
  const found = blocks.get(from) ?? fetchBlock(from)
  if (!found) throw new core.FS.ErrnoError(EIO)
  blocks.delete(from)
  blocks.set(from, found)
  if (blocks.size > KEPT_BLOCKS) blocks.delete(blocks.keys().next().value as number)
  return found
}

/** Puts the input into the program's file system: an empty file that says it is `sizeBytes` long and reads from the blocks. */
const mountInput = (core: Core): void => {
  core.FS.writeFile('in', new Uint8Array(0))
  const { node } = core.FS.lookupPath('/in')
  const read = (_: Stream, target: Uint8Array, offset: number, length: number, position: number): number => {
    if (position >= sizeBytes) return 0
    const source = blockOf(position, core)
    const start = position % BLOCK_BYTES
    const part = source.subarray(start, start + length)
    target.set(part, offset)
    return part.length
  }
  node.stream_ops = { ...node.stream_ops, read }
  Object.defineProperty(node, 'usedBytes', { get: () => sizeBytes })
}

const readOutputs = (core: Core, names: string[]): Record<string, Uint8Array> => {
  const outputs: Record<string, Uint8Array> = {}
  for (const name of names) {
    try {
      outputs[name] = core.FS.readFile(name)
      core.FS.unlink(name)
    } catch {
      // The program did not write it.
    }
  }
  return outputs
}

const start = async (): Promise<(task: Task) => TaskResult> => {
  // The program was built for a browser's worker and looks for its surroundings under these names.
  Object.assign(globalThis, { self: globalThis, location: { href: import.meta.url }, importScripts: () => {} })
  const core = await create({
    instantiateWasm: (imports, done) => {
      WebAssembly.instantiate(program, imports).then(done)
      return {}
    },
  })
  mountInput(core)
  return ({ tool, args, outputs }) => {
    const lines: string[] = []
    core.setLogger(({ message }) => {
      lines.push(message)
      if (lines.length > KEPT_LINES) lines.shift()
    })
    core.reset()
    const code = tool === 'ffmpeg' ? core.exec(...args) : core.ffprobe(...args)
    return { code, outputs: readOutputs(core, outputs), log: lines.join('\n') }
  }
}

const started = start()
parentPort?.on('message', async (task: Task) => say({ kind: 'done', result: (await started)(task) }))
