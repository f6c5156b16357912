import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestDevice } from '#test/harness/device.ts'
import { box } from '#test/harness/film.ts'
import { at } from '#test/harness/http.ts'
import { movie } from '#test/harness/media-samples.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import type { Receiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import { usageByRole } from '../lib/processes.ts'
import type { BenchStack } from '../lib/stack.ts'

/** A file that nobody has seen before: what was sent once is not uploaded again. */
const document = (bytes: number): string =>
  `data:application/octet-stream;base64,${randomBytes(bytes).toString('base64')}`

/** Answer times in milliseconds of documents of `bytes`, each a new file. */
export const measureMediaSends = async (
  stack: BenchStack,
  device: TestDevice,
  options: { bytes: number; count: number },
): Promise<number[]> => {
  const { phone } = await createPhone(stack.sandboxUrl, freshNumber())
  const answerMs: number[] = []
  for (let n = 0; n < options.count + 3; n += 1) {
    const body = { Phone: phone, Document: document(options.bytes), FileName: `file-${n}.bin` }
    const from = performance.now()
    const answer = await device.api('POST', '/chat/send/document', body)
    if (answer.status !== 200) throw new Error(`document: ${answer.status} ${answer.text}`)
    if (n >= 3) answerMs.push(performance.now() - from)
  }
  return answerMs
}

/** From the call that makes a phone send a picture to the webhook that announces it: milliseconds. */
export const measureInboundMedia = async (
  stack: BenchStack,
  device: TestDevice,
  receiver: Receiver,
  options: { bytes: number; count: number },
): Promise<number[]> => {
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const samples: number[] = []
  for (let n = 0; n < options.count + 3; n += 1) {
    const caption = `picture-${customer.phone}-${n}`
    const image = { base64: randomBytes(options.bytes).toString('base64'), mimetype: 'image/jpeg', caption }
    const from = performance.timeOrigin + performance.now()
    await customer.send(device.phone.phone, { image })
    const arrived = await waitFor(
      'the webhook of the picture',
      () => receiver.received.find(({ raw }) => raw.includes(caption))?.atMs,
      { everyMs: 5 },
    )
    if (n >= 3) samples.push(arrived - from)
  }
  return samples
}

/** A file at a URL, as it is sent by one of the operations. */
export type LargeFile = { operation: 'document' | 'video'; field: 'Document' | 'Video'; name: string; bytes: Buffer }

/** A file of so many bytes without meaning. */
export const largeDocument = (bytes: number): LargeFile => ({
  operation: 'document',
  field: 'Document',
  name: 'file.bin',
  bytes: randomBytes(bytes),
})

/** A film of so many bytes: a real one of two seconds, with a box behind it that players pass over. */
export const largeFilm = async (bytes: number): Promise<LargeFile> => {
  const film = await movie({ seconds: 2 })
  const rest = box('free', randomBytes(Math.max(0, bytes - film.length - 8)))
  return { operation: 'video', field: 'Video', name: 'film.mp4', bytes: Buffer.concat([film, rest]) }
}

/** Resident memory above idle in MiB: at its highest, and what of that is the runner's. */
export type Above = { total: number; runner: number }

/** Memory of runner and host above idle while `work` goes on. */
const memoryDuring = async (stack: BenchStack, work: () => Promise<void>): Promise<Above> => {
  const rss = (): Above => {
    const { runner, host } = usageByRole(stack.pid)
    return { total: runner.rssMiB + host.rssMiB, runner: runner.rssMiB }
  }
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const idle = rss()
  let highest = idle
  const sampler = setInterval(() => {
    const now = rss()
    if (now.total > highest.total) highest = now
  }, 50)
  try {
    await work()
  } finally {
    clearInterval(sampler)
  }
  return { total: highest.total - idle.total, runner: highest.runner - idle.runner }
}

/** Memory while a file goes from a URL to a phone, which then has all of it. */
export const measureLargeFile = async (stack: BenchStack, device: TestDevice, file: LargeFile): Promise<Above> => {
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const server = createServer((_request, response) => response.end(file.bytes)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${file.name}`
  const body = { Phone: customer.phone, [file.field]: url, FileName: file.name }
  const size = file.bytes.length
  const above = await memoryDuring(stack, async () => {
    const answer = await device.api('POST', `/chat/send/${file.operation}`, body)
    if (answer.status !== 200) throw new Error(`${size} bytes: ${answer.status} ${answer.text}`)
  })
  server.close()
  await waitFor('the file on the phone', async () =>
    (await customer.messages()).some((message) => Number(at(message, 'media.size')) === size),
  )
  return above
}

/**
 * Memory while a file of the same size is put straight into the bucket, past all of our code: what the emulator of S3, which
 * lives in the host's process, takes of it. Done first, it is part of the idle that our own work is compared with.
 */
export const measureBucketAlone = (stack: BenchStack, device: TestDevice, bytes: Buffer): Promise<Above> =>
  memoryDuring(stack, async () => {
    const mimeType = 'application/octet-stream'
    const facts = { purpose: 'bench', fileName: 'file.bin', mimeType, sizeBytes: bytes.length }
    const place = await device.api('POST', '/api/v1/uploads', facts)
    const form = new FormData()
    for (const [name, value] of Object.entries(at(place.body, 'fields') as Record<string, string>))
      form.set(name, value)
    form.set('file', new Blob([new Uint8Array(bytes)], { type: mimeType }), 'file.bin')
    const { status } = await fetch(String(at(place.body, 'url')), { method: 'POST', body: form })
    if (status >= 300) throw new Error(`the bucket answered ${status}`)
  })
