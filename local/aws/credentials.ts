import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { AccessKey } from './s3/signature.ts'

const fileSchema = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })

/**
 * The access key of this stack, made at first use and kept in a file only its owner can read, so that presigned URLs
 * outlive a restart. DynamoDB Local accepts only letters and digits in the key id.
 */
export function loadAccessKey(file: string | undefined): AccessKey {
  const stored = file && readIfPresent(file)
  if (stored) return fileSchema.parse(JSON.parse(stored))
  const key = {
    accessKeyId: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
  if (file) writePrivately(file, JSON.stringify(key))
  return key
}

/** Writes a file with mode 0600, making its folder when it is missing. */
export function writePrivately(file: string, text: string) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
}

/** The text of a file, or undefined when there is none. */
export function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
