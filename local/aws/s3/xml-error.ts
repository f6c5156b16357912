import { randomBytes } from 'node:crypto'
import type { Refusal } from './signature.ts'

/** The body of an S3 error answer. */
export function s3ErrorXml(refusal: Refusal, resource: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Error><Code>${refusal.code}</Code><Message>${escapeXml(refusal.message)}</Message>`,
    `<Resource>${escapeXml(resource)}</Resource><RequestId>${randomBytes(8).toString('hex').toUpperCase()}</RequestId></Error>`,
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
