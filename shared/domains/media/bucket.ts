import type { S3Client } from '@aws-sdk/client-s3'
import { s3Client } from '#kit/aws.ts'
import { lazy } from '#kit/lazy.ts'
import { resource } from '#kit/resources.ts'

/** The bucket that holds media of messages. */
export type MediaBucket = { s3: S3Client; bucket: string }

/** The media bucket of this process. */
export const mediaBucket: () => MediaBucket = lazy(() => ({ s3: s3Client(), bucket: resource('MEDIA_BUCKET') }))
