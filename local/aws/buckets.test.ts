import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterEach, describe, expect, test } from 'vitest'
import { startQueuesAndBuckets } from './queues-and-buckets.ts'

const accessKey = { accessKeyId: 'LOCAL', secretAccessKey: 'secret' }
const opened: { close(): unknown }[] = []

async function start(dir?: string) {
  const server = await startQueuesAndBuckets({ accessKey, accountId: '000000000000', region: 'us-east-1', dir })
  opened.push(server)
  const s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: accessKey })
  opened.push({ close: () => s3.destroy() })
  await s3.send(new CreateBucketCommand({ Bucket: 'media' }))
  return { server, s3 }
}

const codeOf = async (response: Response) => `${response.status} ${/<Code>(\w+)/.exec(await response.text())?.[1]}`

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

describe('a presigned URL', () => {
  test('uploads and downloads, with the headers it names, under an awkward key', async () => {
    const { s3 } = await start()
    const object = { Bucket: 'media', Key: "a b/ü+(1)'é.txt" }
    const put = await getSignedUrl(s3, new PutObjectCommand({ ...object, ContentType: 'text/plain' }))
    expect((await fetch(put, { method: 'PUT', body: 'hi', headers: { 'content-type': 'text/plain' } })).status).toBe(
      200,
    )
    const disposition = 'attachment; filename="x.txt"'
    const get = await getSignedUrl(s3, new GetObjectCommand({ ...object, ResponseContentDisposition: disposition }))
    const response = await fetch(get)
    expect([response.status, await response.text()]).toEqual([200, 'hi'])
    expect(response.headers.get('content-disposition')).toBe(disposition)
  })

  test('is refused when it has expired', async () => {
    const { s3 } = await start()
    const command = new GetObjectCommand({ Bucket: 'media', Key: 'a' })
    const url = await getSignedUrl(s3, command, { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) })
    expect(await codeOf(await fetch(url))).toBe('403 AccessDenied')
  })

  test('is refused for another object, method, lifetime or key', async () => {
    const { server, s3 } = await start()
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'media', Key: 'a' }), { expiresIn: 60 })
    expect(await codeOf(await fetch(url.replace('/media/a', '/media/b')))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'x' }))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url.replace('Expires=60', 'Expires=600')))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url.replace('LOCAL', 'OTHER')))).toBe('403 InvalidAccessKeyId')
    expect(await codeOf(await fetch(`${server.endpoint}/media/a`))).toBe('403 AccessDenied')
  })
})

describe('a presigned POST', () => {
  async function post(
    options: Partial<PresignedPostOptions>,
    change: (form: FormData) => void = () => {},
    body = 'data',
  ) {
    const { s3 } = await start()
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: 'media',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: S3 itself replaces this
      Key: 'up/${filename}',
      Conditions: [
        ['content-length-range', 1, 10],
        ['starts-with', '$Content-Type', 'image/'],
      ],
      Fields: { 'Content-Type': 'image/png' },
      ...options,
    })
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    change(form)
    form.append('file', new Blob([body]), 'photo.png')
    return { s3, response: await fetch(url, { method: 'POST', body: form }) }
  }

  test('stores the file under the key the policy allows', async () => {
    const { s3, response } = await post({})
    expect(response.status).toBe(204)
    const stored = await s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'up/photo.png' }))
    expect([await stored.Body?.transformToString(), stored.ContentType]).toEqual(['data', 'image/png'])
  })

  test('is refused when it breaks a condition, is too large or too small', async () => {
    const html = (form: FormData) => form.set('Content-Type', 'text/html')
    expect(await codeOf((await post({}, html)).response)).toBe('403 AccessDenied')
    const otherKey = (form: FormData) => form.set('key', 'elsewhere')
    expect(await codeOf((await post({}, otherKey)).response)).toBe('403 AccessDenied')
    const extra = (form: FormData) => form.set('x-amz-meta-a', 'b')
    expect(await codeOf((await post({}, extra)).response)).toBe('403 AccessDenied')
    expect(await codeOf((await post({}, undefined, 'x'.repeat(11))).response)).toBe('400 EntityTooLarge')
    expect(await codeOf((await post({}, undefined, '')).response)).toBe('400 EntityTooSmall')
  })

  test('is refused when it has expired or its policy was changed', async () => {
    expect(await codeOf((await post({ Expires: -1 })).response)).toBe('403 AccessDenied')
    const widen = (form: FormData) => {
      const policy = JSON.parse(Buffer.from(String(form.get('Policy')), 'base64').toString())
      policy.conditions = policy.conditions.filter((one: unknown) => !Array.isArray(one))
      form.set('Policy', Buffer.from(JSON.stringify(policy)).toString('base64'))
    }
    expect(await codeOf((await post({}, widen)).response)).toBe('403 SignatureDoesNotMatch')
  })

  test('cannot place a file outside its bucket', async () => {
    const climb = (form: FormData) => form.set('key', '../../../escaped')
    expect(await codeOf((await post({}, climb)).response)).toBe('400 InvalidArgument')
  })
})

test('a large body is stored and survives a restart', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'buckets-'))
  opened.push({ close: () => rmSync(dir, { recursive: true, force: true }) })
  const first = await start(dir)
  const Body = Buffer.alloc(20 * 1024 * 1024, 7)
  await first.s3.send(new PutObjectCommand({ Bucket: 'media', Key: 'video', Body, ContentType: 'video/mp4' }))
  const url = await getSignedUrl(first.s3, new GetObjectCommand({ Bucket: 'media', Key: 'video' }))
  await first.server.close()
  const second = await startQueuesAndBuckets({
    accessKey,
    accountId: '000000000000',
    region: 'us-east-1',
    dir,
    port: first.server.port,
  })
  opened.push(second)
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toBe('video/mp4')
  expect(Buffer.from(await response.arrayBuffer()).equals(Body)).toBe(true)
})

test('a browser may use a bucket only as its CORS rules say', async () => {
  const { server } = await start()
  const rule = {
    allowedOrigins: ['http://*.example'],
    allowedMethods: ['PUT'],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag'],
  }
  server.setCors('media', [{ ...rule, maxAgeS: 60 }])
  const preflight = (origin: string, method: string) =>
    fetch(`${server.endpoint}/media/a`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    })
  const allowed = await preflight('http://app.example', 'PUT')
  expect(allowed.status).toBe(200)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('http://app.example')
  expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type')
  expect((await preflight('http://evil.test', 'PUT')).status).toBe(403)
  expect((await preflight('http://app.example', 'DELETE')).status).toBe(403)
})
