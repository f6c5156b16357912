import type { IncomingMessage, ServerResponse } from 'node:http'
import { findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildApp } from 'fauxqs'
import { applyCors, type CorsRule } from './cors.ts'
import { checkPostPolicy } from './post-policy.ts'
import { type AccessKey, checkAuthorization, checkPresigned, type Refusal } from './signature.ts'
import { readUploadForm } from './upload-form.ts'
import { s3ErrorXml } from './xml-error.ts'

/** Buckets behind the checks that real S3 makes. */
export type Buckets = {
  handle(req: IncomingMessage, res: ServerResponse): void
  /** Replaces the CORS rules of a bucket; they come from the template at every start and are not stored. */
  setCors(bucket: string, rules: CorsRule[]): void
  close(): Promise<void>
}

/** Larger than any media WhatsApp takes; S3 itself allows 5 GB in one request, which a laptop need not hold in memory. */
const LARGEST_BODY_BYTES = 300 * 1024 * 1024

type App = ReturnType<typeof buildApp>
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>

/** Starts the S3 part of fauxqs, with its objects as files in `dir` or in memory. */
export async function startBuckets(options: {
  dir?: string | undefined
  key: AccessKey
  region: string
  now?: () => number
}): Promise<Buckets> {
  const stores = await makeStores(options.dir)
  const app = buildApp({ logger: false, defaultRegion: options.region, stores })
  allowLargeBodies(app)
  guard(app, options.key, options.now ?? Date.now)
  overrideResponseHeaders(app)
  await app.ready()
  const cors = new Map<string, CorsRule[]>()
  return {
    handle(req, res) {
      const bucket = decodeURIComponent(/^\/([^/?]*)/.exec(req.url ?? '/')?.[1] ?? '')
      if (!applyCors(cors.get(bucket) ?? [], req, res)) app.routing(req, res)
    },
    setCors: (bucket, rules) => void cors.set(bucket, rules),
    close: async () => {
      await app.close()
    },
  }
}

/**
 * The package exports only its whole server, which listens on all interfaces and takes no checks in front. Its store
 * classes are reached by path, so that the same code runs behind our own listener; the version is pinned exactly.
 */
async function makeStores(dir: string | undefined): Promise<Stores> {
  const packageJson = findPackageJSON('fauxqs', import.meta.url)
  if (!packageJson) throw new Error('The package fauxqs is not installed.')
  const load = (path: string) => import(pathToFileURL(join(packageJson, '..', 'dist', path)).href)
  const { S3Store } = await load('s3/s3Store.js')
  const { SqsStore } = await load('sqs/sqsStore.js')
  const { SnsStore } = await load('sns/snsStore.js')
  const s3Store = new S3Store()
  if (dir) {
    const { FileS3Persistence } = await load('s3/fileS3Persistence.js')
    const files = new FileS3Persistence(dir)
    // Loading comes first: a store that persists already would write everything it reads again.
    files.loadS3(s3Store)
    s3Store.persistence = files
  }
  return { s3Store, sqsStore: new SqsStore(), snsStore: new SnsStore() }
}

function allowLargeBodies(app: App) {
  app.removeContentTypeParser('*')
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_BODY_BYTES }, (_req, body, done) => {
    done(null, body)
  })
  // A body without a content type reaches no parser; the handlers of S3 expect a buffer all the same.
  app.addHook('preHandler', async (request) => {
    if (request.body === undefined || request.body === null) request.body = Buffer.alloc(0)
  })
}

function guard(app: App, key: AccessKey, now: () => number) {
  app.addHook('preHandler', async (request, reply) => {
    const { headers, raw } = request
    const url = request.originalUrl
    const path = url.split('?')[0]!
    let refusal: Refusal | undefined
    if (leavesItsBucket(path)) {
      refusal = { status: 400, code: 'InvalidURI', message: "Couldn't parse the specified URI." }
    } else if (/[?&]X-Amz-Signature=/.test(url)) {
      refusal = checkPresigned({ method: raw.method ?? '', url, headers }, key, now())
    } else if (raw.method === 'POST' && headers['content-type']?.startsWith('multipart/form-data')) {
      refusal = checkForm(path, headers['content-type'], request.body as Buffer, key, now())
    } else {
      refusal = checkAuthorization(headers.authorization, key)
    }
    if (!refusal) return
    await reply
      .status(refusal.status)
      .header('content-type', 'application/xml')
      .send(raw.method === 'HEAD' ? '' : s3ErrorXml(refusal, path))
  })
}

function checkForm(path: string, contentType: string, body: Buffer, key: AccessKey, now: number): Refusal | undefined {
  const form = readUploadForm(decodeURIComponent(path.split('/')[1] ?? ''), contentType, body)
  if (!form) return { status: 400, code: 'MalformedPOSTRequest', message: 'The body is not well-formed form data.' }
  if (leavesItsBucket(form.fields.get('key') ?? '')) {
    return { status: 400, code: 'InvalidArgument', message: 'The key is not valid.' }
  }
  return checkPostPolicy(form, key, now)
}

/** Keys become file paths; real S3 refuses those that climb out of their bucket too. */
function leavesItsBucket(path: string): boolean {
  return path.split('/').some((segment) => /^(\.|%2e){2}$/i.test(segment))
}

const OVERRIDES = {
  'response-content-type': 'content-type',
  'response-content-disposition': 'content-disposition',
  'response-cache-control': 'cache-control',
  'response-content-language': 'content-language',
  'response-content-encoding': 'content-encoding',
} as const

/** A presigned GET may say which headers the download has; the emulator itself does not know these parameters. */
function overrideResponseHeaders(app: App) {
  app.addHook('onSend', async (request, reply) => {
    if (request.method !== 'GET' || reply.statusCode >= 300 || !request.originalUrl.includes('response-')) return
    const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '')
    for (const [parameter, header] of Object.entries(OVERRIDES)) {
      const value = query.get(parameter)
      if (value !== null) reply.header(header, value)
    }
  })
}
