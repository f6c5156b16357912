import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { MediaBucket } from './bucket.ts'
import type { ReadRange } from './mp4.ts'

/** A file that can be read in parts: nobody has to hold it whole. */
export type MediaFile = { sizeBytes: number; read: ReadRange }

/** A file that is in memory already. */
export const bytesFile = (bytes: Buffer): MediaFile => ({
  sizeBytes: bytes.length,
  read: async (from, length) => bytes.subarray(from, from + length),
})

/** A file that lies in the media bucket. */
export const objectFile = ({ s3, bucket }: MediaBucket, key: string, sizeBytes: number): MediaFile => ({
  sizeBytes,
  read: async (from, length) => {
    if (from >= sizeBytes || length === 0) return Buffer.alloc(0)
    const Range = `bytes=${from}-${Math.min(from + length, sizeBytes) - 1}`
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }))
    return Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  },
})
