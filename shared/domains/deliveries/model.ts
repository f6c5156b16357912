import { z } from 'zod'
import { eventEnvelope } from '#kit/define-event.ts'

/** Payload styles: which document's shape a webhook body has. */
export type PayloadStyle = 'digigo' | 'manager' | 'ceox' | 'guide'

/** Whose webhook it is: a device's own (there is one per device), or one that a tenant registered under a number. */
const endpointRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('device'), tenantId: z.string(), deviceId: z.string() }),
  z.object({ kind: z.literal('webhook'), tenantId: z.string(), webhookId: z.number().int() }),
])

/** Names an endpoint. */
export type EndpointRef = z.infer<typeof endpointRef>

/**
 * One event on its way to one endpoint, as it lies in the delivery queue. URL and secret are looked up at each attempt:
 * the queue holds no secret, and a corrected URL counts for what already waits.
 */
export const delivery = z.object({
  endpoint: endpointRef,
  event: eventEnvelope,
  /** Tells the address apart that the endpoint had when the event was raised, without naming it. */
  address: z.string().optional(),
})

/** A parsed delivery. */
export type Delivery = z.infer<typeof delivery>

/** Where a delivery goes, read at the time of the attempt. */
export type Endpoint = {
  ref: EndpointRef
  style: PayloadStyle
  url: string
  active: boolean
  /** Gives the signing secret; undefined when the endpoint has none. */
  secret: () => Promise<string | undefined>
}

/** What payloads say about the device an event belongs to. */
export type DeviceFacts = {
  id: string
  number: number
  name: string
  jid?: string
  lid?: string
  /** How the device wants media: inside the request (and by address), or by address only. */
  mediaDelivery?: 'base64' | 's3' | 'both'
  /** Whose device it is, when it was linked through the Guide's API. */
  identity?: string
}

/** A short text that names an endpoint inside its tenant: part of keys, groups and ids. */
export const endpointName = (ref: EndpointRef): string =>
  ref.kind === 'device' ? `d-${ref.deviceId}` : `w-${ref.webhookId}`
