import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import type { AnswerHeaders, AnswerSink, Origin, OriginRequest } from './messages.ts'

const deploymentSchema = z.looseObject({
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  SourceObjectKeys: z.array(z.string()),
  SystemMetadata: z.record(z.string(), z.string()).default({}),
})

type Item = { file: string; metadata: Record<string, string> }
type Loaded = { body: Buffer; headers: AnswerHeaders; etag: string }

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'text/xml',
  '.mp3': 'audio/mpeg',
}

/** A bucket that is filled by bucket deployments, served from the assets they would upload. */
export class SiteBucket implements Origin {
  readonly #items = new Map<string, Item>()
  readonly #loaded = new Map<string, Promise<Loaded>>()

  /** Throws when no deployment fills the bucket. */
  constructor(app: ResolvedApp, bucket: ResolvedResource) {
    const deployments = app
      .ofType('Custom::CDKBucketDeployment')
      .map(({ properties }) => deploymentSchema.parse(properties))
      .filter(({ DestinationBucketName }) => DestinationBucketName === bucket.name)
    if (deployments.length === 0)
      throw new Error(`bucket ${bucket.logicalId} is an origin, but nothing is deployed to it`)
    for (const deployment of deployments) this.#index(app, deployment)
  }

  async handle(request: OriginRequest, answer: AnswerSink): Promise<void> {
    const key = decodeURIComponent(request.path.slice(1))
    const item = this.#items.get(key)
    if (item === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      const body =
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
      answer.head(403, { 'content-type': 'application/xml' })
      answer.write(body)
      return answer.end()
    }
    const loading = this.#loaded.get(key) ?? load(item)
    this.#loaded.set(key, loading)
    const { body, headers, etag } = await loading
    if (request.headers['if-none-match'] === etag) {
      answer.head(304, { etag })
      return answer.end()
    }
    answer.head(200, { ...headers, 'content-length': String(body.length) })
    answer.write(body)
    answer.end()
  }

  #index(app: ResolvedApp, deployment: z.infer<typeof deploymentSchema>): void {
    for (const objectKey of deployment.SourceObjectKeys) {
      const folder = app.assembly.files.get(objectKey)
      if (folder === undefined) throw new Error(`the asset ${objectKey} of a bucket deployment is missing`)
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const file = path.join(entry.parentPath, entry.name)
        const key = path.posix.join(
          deployment.DestinationBucketKeyPrefix,
          path.relative(folder, file).replaceAll('\\', '/'),
        )
        this.#items.set(key, { file, metadata: deployment.SystemMetadata })
      }
    }
  }
}

async function load({ file, metadata }: Item): Promise<Loaded> {
  const body = await readFile(file)
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  const type = types[path.extname(file).toLowerCase()] ?? 'application/octet-stream'
  return { body, etag, headers: { 'content-type': type, etag, 'accept-ranges': 'bytes', ...metadata } }
}
