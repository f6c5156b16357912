import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import type { MediaBucket } from './bucket.ts'

/** Bytes a file may have at most, whatever way it comes in. */
export const FILE_LIMIT = 100 * 1024 * 1024

/** A file that a caller was given a place for. */
export type Upload = {
  uploadId: string
  tenantId: string
  key: string
  purpose: string
  fileName: string
  mimeType: string
  sizeBytes: number
}

/** Where and how to put the file: a form for one POST, as browsers and HTTP clients send it. */
export type UploadForm = { uploadId: string; url: string; fields: Record<string, string>; expiresAt: string }

const FORM_SECONDS = 15 * 60
const KEPT_SECONDS = 24 * 3600

const uploadKey = (tenantId: string, id: string): Key => ({ pk: `UP#${tenantId}#${id}`, sk: 'META' })

/** Reserves a place for a file and gives the form that puts it there: this size at most, this type, within 15 minutes. */
export const createUpload = async (
  ctx: Context,
  { s3, bucket }: MediaBucket,
  input: Omit<Upload, 'uploadId' | 'key'>,
): Promise<UploadForm> => {
  const nowMs = ctx.clock.nowMs()
  const uploadId = newId('upload')
  const key = `uploads/${input.tenantId}/${uploadId}`
  const upload: Upload = { ...input, uploadId, key }
  await ctx.main.put(
    { ...uploadKey(input.tenantId, uploadId), ...upload, expiresAt: ttlIn(KEPT_SECONDS, nowMs) },
    { condition: absent },
  )
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: bucket,
    Key: key,
    Fields: { 'Content-Type': input.mimeType },
    Conditions: [
      ['content-length-range', 1, input.sizeBytes],
      ['eq', '$Content-Type', input.mimeType],
    ],
    Expires: FORM_SECONDS,
  })
  return { uploadId, url, fields, expiresAt: isoTime(nowMs + FORM_SECONDS * 1000) }
}

/** A tenant's upload whose file is there, with its true size. Throws `validation_failed` naming `field`. */
export const requireUpload = async (
  ctx: Context,
  { s3, bucket }: MediaBucket,
  place: { tenantId: string; id: string; field: string },
): Promise<Upload> => {
  const refuse = (message: string) => fail('validation_failed', { details: [{ path: place.field, message }] })
  const upload = await ctx.main.get<Upload & { expiresAt: number }>(uploadKey(place.tenantId, place.id))
  if (!upload || upload.expiresAt * 1000 <= ctx.clock.nowMs()) throw refuse('names no upload, or an expired one')
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: upload.key }))
    return { ...upload, sizeBytes: head.ContentLength ?? upload.sizeBytes }
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 404) throw error
    throw refuse('names an upload whose file has not arrived yet')
  }
}
