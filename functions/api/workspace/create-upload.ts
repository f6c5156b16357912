import { z } from 'zod'
import { mediaBucket } from '#domains/media/bucket.ts'
import { createUpload, FILE_LIMIT } from '#domains/media/uploads.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/uploads',
  group: 'uploads',
  summary: 'Place for a file that is too large for a request',
  description:
    'POST the file to `url` as multipart form data, with all of `fields` and then `file`. Afterwards every operation that takes media accepts ' +
    '`upload:<uploadId>`. The form holds for 15 minutes, the upload for a day.',
  auth: ['apiKey', 'userToken', 'deviceToken', 'managerKey', 'adminToken', 'matrixToken'],
  input: {
    body: z.object({
      purpose: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,31}$/, 'is a short word in lower case')
        .default('message'),
      fileName: z.string().min(1).max(255),
      mimeType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, 'must be a MIME type'),
      sizeBytes: z.number().int().min(1).max(FILE_LIMIT, 'is more than 100 MB'),
    }),
  },
  output: z.object({
    uploadId: z.string(),
    url: z.string(),
    fields: z.record(z.string(), z.string()),
    expiresAt: z.string(),
  }),
  status: 201,
  envelope: 'flat',
  errors: ['validation_failed', 'unauthenticated'],
  needs: { main: 'readWrite', media: 'readWrite' },
  examples: { body: { purpose: 'message', fileName: 'film.mp4', mimeType: 'video/mp4', sizeBytes: 12_000_000 } },
  handler: (ctx, { body }) => createUpload(ctx, mediaBucket(), { ...body, tenantId: ctx.actor.tenantId }),
})
