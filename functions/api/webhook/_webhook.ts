import { z } from 'zod'
import { parseEventNames } from '#domains/devices/event-names.ts'
import type { DeviceWebhook } from '#domains/devices/model.ts'
import { fail } from '#kit/errors.ts'
import { checkUrl } from '#kit/safe-fetch.ts'

/** The document contradicts itself about the name of the URL field, so each of its spellings is accepted. */
export const urlFields = {
  webhookurl: z.string().max(2048).optional(),
  webhookURL: z.string().max(2048).optional(),
  WebhookURL: z.string().max(2048).optional(),
  webhook: z.string().max(2048).optional(),
}

const SPELLINGS = Object.keys(urlFields) as (keyof typeof urlFields)[]

/** A list of event names, or the same comma-separated. */
export const eventsField = z.union([z.array(z.string()), z.string()])

/** The URL under any of its names, checked; undefined when none was given. Throws `unsafe_url`. */
export const urlOf = (body: z.output<z.ZodObject<typeof urlFields>>): string | undefined => {
  const given = SPELLINGS.find((name) => body[name] !== undefined)
  const url = given && body[given]
  if (url) checkUrl(url, given)
  return url
}

/** The URL, which has to be there. Throws `validation_failed` and `unsafe_url`. */
export const requiredUrl = (body: z.output<z.ZodObject<typeof urlFields>>): string => {
  const url = urlOf(body)
  if (url) return url
  throw fail('validation_failed', { details: [{ path: 'webhookurl', message: 'is required' }] })
}

/** Event names for a webhook: none means all. Throws `validation_failed` naming unknown ones. */
export const eventsOf = (events: string | string[]): string[] => {
  const names = parseEventNames(events, 'events')
  return names.length > 0 ? names : ['All']
}

/** A webhook as a device without one has it. */
export const noWebhook: DeviceWebhook = { url: '', events: ['All'], active: true, style: 'digigo' }
