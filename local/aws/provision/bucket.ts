import { BucketAlreadyExists, BucketAlreadyOwnedByYou, CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import { z } from 'zod'
import type { CorsRule } from '../s3/cors.ts'

const corsSchema = z
  .object({
    CorsRules: z.array(
      z.object({
        AllowedOrigins: z.array(z.string()),
        AllowedMethods: z.array(z.string()),
        AllowedHeaders: z.array(z.string()).default([]),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: z.coerce.number().default(300),
      }),
    ),
  })
  .optional()

/** Properties with no local effect, and why; the log names them so that nobody waits for them. */
const WITHOUT_EFFECT: Record<string, string> = {
  LifecycleConfiguration: 'objects are kept until the state folder is deleted',
  VersioningConfiguration: 'only the newest version of an object is kept',
  NotificationConfiguration: 'bucket notifications have no local counterpart',
}

/** Makes a bucket unless it exists and gives it its CORS rules. */
export async function provisionBucket(
  client: S3Client,
  name: string,
  properties: Record<string, unknown>,
  target: { setCors(bucket: string, rules: CorsRule[]): void; log?: ((line: string) => void) | undefined },
): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou || error instanceof BucketAlreadyExists)) throw error
  }
  const rules = corsSchema.parse(properties.CorsConfiguration)?.CorsRules ?? []
  target.setCors(
    name,
    rules.map((rule) => ({
      allowedOrigins: rule.AllowedOrigins,
      allowedMethods: rule.AllowedMethods,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      maxAgeS: rule.MaxAge,
    })),
  )
  for (const [property, reason] of Object.entries(WITHOUT_EFFECT)) {
    if (properties[property] !== undefined) target.log?.(`bucket ${name}: ${property} is ignored: ${reason}`)
  }
}
