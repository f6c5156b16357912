import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { BLOCK_BYTES, type FromWorker, type Setup, type TaskResult } from '#domains/media/ffmpeg/protocol.ts'
import { bundle } from '#infra/bundle.ts'
import { MEDIA_TOOLS } from '#infra/bundling/media-tools.ts'
import { loadCatalogue } from '#infra/catalogue.ts'

test('what converts media lies beside the functions that use it, and runs from there alone', async () => {
  const { bundles, directoryOf } = await bundle(await loadCatalogue())
  const names = bundles.filter(({ external }) => external.includes(MEDIA_TOOLS)).map(({ name }) => name)
  expect(names).toContain('api-chat')
  expect(names).not.toContain('session-runner')
  for (const name of names) {
    const program = await readFile(path.join(directoryOf(name), 'ffmpeg-core.wasm'))
    expect(program.toString('latin1', 1, 4), name).toBe('asm')
  }
  const directory = directoryOf('api-chat')
  const setup: Setup = {
    program: await WebAssembly.compile(await readFile(path.join(directory, 'ffmpeg-core.wasm'))),
    sizeBytes: 0,
    words: new SharedArrayBuffer(8),
    block: new SharedArrayBuffer(BLOCK_BYTES),
  }
  const worker = new Worker(pathToFileURL(path.join(directory, 'ffmpeg-worker.mjs')), { workerData: setup })
  try {
    const done = new Promise<TaskResult>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('message', (message: FromWorker) => message.kind === 'done' && resolve(message.result))
    })
    const args = ['-f', 'lavfi', '-i', 'sine=duration=1', '-ac', '1', '-c:a', 'libopus', 'tone.ogg']
    worker.postMessage({ tool: 'ffmpeg', args, outputs: ['tone.ogg'] })
    const { code, outputs } = await done
    expect(code).toBe(0)
    expect(Buffer.from(outputs['tone.ogg'] ?? []).toString('latin1', 0, 4)).toBe('OggS')
  } finally {
    await worker.terminate()
  }
}, 60_000)
