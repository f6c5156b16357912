import type { IncomingMessage, ServerResponse } from 'node:http'
import type { World } from './world.ts'

const MAX_UPLOAD_BYTES = 128 * 1024 * 1024

/** The whole body of a request. Rejects when it is larger than the limit. */
export async function readBody(request: IncomingMessage, limit = MAX_UPLOAD_BYTES): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > limit) throw new Error('the body is too large')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

function answer(response: ServerResponse, status: number, type: string, body: Buffer | string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

async function upload(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = world.media.put(await readBody(request))
  // Files of newsletters come with a handle that the post names.
  const handle = request.url?.startsWith('/newsletter/') ? { handle: `h-${path.slice(3)}` } : {}
  const body = { url: `https://${world.mediaHost()}${path}`, direct_path: path, ...handle }
  answer(response, 200, 'application/json', JSON.stringify(body))
}

/** A file, or the part of it that a range header asks for: clients fetch media in parts. */
async function download(world: World, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const gone = world.faults.take('media-gone', {})
  const file = gone ? undefined : await world.media.get(path)
  if (!file) {
    answer(response, gone ? 410 : 404, 'text/plain', 'not found')
    return
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  if (!range) {
    answer(response, 200, 'application/octet-stream', file)
    return
  }
  const start = Number(range[1])
  const end = Math.min(range[2] ? Number(range[2]) : file.length - 1, file.length - 1)
  if (start >= file.length) {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
    return
  }
  response.setHeader('content-range', `bytes ${start}-${end}/${file.length}`)
  answer(response, 206, 'application/octet-stream', file.subarray(start, end + 1))
}

/**
 * The media endpoints, over plain HTTP: `POST /mms/…` takes an encrypted file and `POST /newsletter/…` a plain one, `GET /v/…` gives it back, and
 * `GET /pictures/…` gives profile pictures. False when the path is none of these.
 */
export async function serveMedia(world: World, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (request.method === 'POST' && /^\/(mms|newsletter)\//.test(path)) {
    await upload(world, request, response)
    return true
  }
  if (request.method !== 'GET') return false
  if (path.startsWith('/v/')) {
    await download(world, request, response, path)
    return true
  }
  if (!path.startsWith('/pictures/')) return false
  const owner = decodeURIComponent(path.slice('/pictures/'.length))
  const picture = (world.phones.get(owner) ?? world.groups.get(owner) ?? world.newsletters.get(owner))?.picture
  answer(response, picture ? 200 : 404, picture ? 'image/jpeg' : 'text/plain', picture ?? 'not found')
  return true
}
