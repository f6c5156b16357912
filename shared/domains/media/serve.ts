import type { Readable } from 'node:stream'
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { type Answer, answer } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import type { MediaBucket } from './bucket.ts'

/** A stored file as callers know it. */
export type ServedFile = { key: string; mimeType?: string; fileName?: string }

/** Bytes that leave through a function at most: Lambda cuts a stream at 200 MB. What is longer is fetched from the bucket itself. */
const STREAM_LIMIT = 190 * 1024 * 1024

/** Seconds for which the bucket's own address of a file works. */
const LINK_SECONDS = 600

/** Types that a browser may show in place; any other is saved, since it could hold scripts that run as our pages. */
const SHOWN = /^(image\/(jpeg|png|gif|webp|heic|avif)|(audio|video)\/[\w.+-]+|text\/plain)$/

/** What is asked of a file: a part of it, or nothing if the caller still has it. Names of headers in lower case. */
type Conditions = { range?: string; ifMatch?: string; ifNoneMatch?: string }

/** One range of bytes, the only kind that is served; others may be answered with the whole file. */
const conditionsOf = (headers: Record<string, string | undefined>): Conditions => {
  const { range, 'if-range': ifRange } = headers
  // Proxies that compress mark a tag as weak; the bucket knows its own form only.
  const ifNoneMatch = headers['if-none-match']?.replace(/^W\//, '')
  const one = /^bytes=(\d+-\d*|-\d+)$/.test(range ?? '') ? range : undefined
  // A date is not compared: the whole file is then the safe answer.
  if (one && ifRange !== undefined)
    return ifRange.startsWith('"') ? { range: one, ifMatch: ifRange, ifNoneMatch } : { ifNoneMatch }
  return { range: one, ifNoneMatch }
}

const headersOf = ({ mimeType = '', fileName }: ServedFile): Record<string, string> => {
  const type = /^[\w.+-]+\/[\w.+-]+(\s*;[\x20-\x7e]*)?$/.test(mimeType) ? mimeType : 'application/octet-stream'
  const shown = SHOWN.test(type.split(';')[0]!.trim().toLowerCase())
  const name = fileName === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed())}`
  return {
    'content-type': type,
    'content-disposition': `${shown ? 'inline' : 'attachment'}${name}`,
    // Strangers' files on the address of the dashboard: they are looked at, never run.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    // Kept by the caller alone, who asks each time whether it may still see the file.
    'cache-control': 'private, no-cache',
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode

/** What the bucket answers, or the status of its refusal. */
const ask = async (
  { s3, bucket }: MediaBucket,
  key: string,
  { range, ifMatch, ifNoneMatch }: Conditions,
): Promise<GetObjectCommandOutput | number> => {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    Range: range,
    IfMatch: ifMatch,
    IfNoneMatch: ifNoneMatch,
  })
  try {
    return await s3.send(command)
  } catch (error) {
    const status = statusOf(error)
    if (status === undefined || status >= 500 || status === 403) throw error
    return status
  }
}

/**
 * Answers with a stored file: the whole (200), the range asked for (206), that the caller has it (304), or where a very large one
 * can be fetched (302). It leaves as it comes from the bucket. Throws `not_found` and `range_not_satisfiable`.
 */
export const serveFile = async (
  media: MediaBucket,
  file: ServedFile,
  headers: Record<string, string | undefined>,
): Promise<ReturnType<typeof answer>> => answer(await answerFor(media, file, conditionsOf(headers)))

const answerFor = async (media: MediaBucket, file: ServedFile, conditions: Conditions): Promise<Answer> => {
  const object = await ask(media, file.key, conditions)
  if (object === 412) return answerFor(media, file, { ifNoneMatch: conditions.ifNoneMatch })
  if (object === 304) return { status: 304, headers: { ...headersOf(file), ...tagOf(conditions) }, raw: '' }
  if (object === 404) throw fail('not_found', { message: 'The file is not available any more.' })
  if (object === 416) throw fail('range_not_satisfiable')
  if (typeof object === 'number') throw fail('internal_error', { internal: { objectStatus: object } })
  const { ETag, ContentLength = 0, ContentRange, Body } = object
  const stream = Body as Readable
  if (ContentLength > STREAM_LIMIT) {
    stream.destroy()
    return { status: 302, headers: { location: await addressOf(media, file) }, raw: '' }
  }
  return {
    status: ContentRange ? 206 : 200,
    headers: {
      ...headersOf(file),
      'content-length': String(ContentLength),
      ...(ETag && { etag: ETag }),
      ...(ContentRange && { 'content-range': ContentRange }),
    },
    stream,
  }
}

/** The tag a caller has right, where it named one and not a list. */
const tagOf = ({ ifNoneMatch = '' }: Conditions): { etag?: string } =>
  /^"[^"]*"$/.test(ifNoneMatch) ? { etag: ifNoneMatch } : {}

const addressOf = ({ s3, bucket }: MediaBucket, file: ServedFile): Promise<string> => {
  const { 'content-type': ResponseContentType, 'content-disposition': ResponseContentDisposition } = headersOf(file)
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: file.key,
    ResponseContentType,
    ResponseContentDisposition,
  })
  return getSignedUrl(s3, command, { expiresIn: LINK_SECONDS })
}
