import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const keyFacts = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('The first characters of the key'),
  capabilities: z.array(z.string()),
  enabled: z.boolean(),
  expiresAt: z.string().nullable(),
})

const project = (image: Image): z.input<typeof keyFacts> =>
  keyFacts.parse({ ...image, expiresAt: image.expiresOn ?? null })

const keyEvent = (type: string, summary: string) => defineEvent({ type, version: 1, summary, data: keyFacts, project })

export const apiKeyCreated = keyEvent('api_key.created', 'An API key was made.')
export const apiKeyUpdated = keyEvent('api_key.updated', 'Name, capabilities, expiry or state of an API key changed.')
export const apiKeyDeleted = keyEvent('api_key.deleted', 'An API key was deleted; it opens nothing any more.')
