import type { EventRecord } from '#kit/define-event.ts'
import type { DeviceFacts, PayloadStyle } from '../model.ts'
import { ceoxPayload } from './ceox.ts'
import { digigoPayload } from './digigo.ts'
import { guidePayload } from './guide.ts'
import { managerPayload } from './manager.ts'

/**
 * What a payload is made from beside the event. `publicUrl` is the address of the public host, without trailing slash;
 * `mediaBase64` the media itself, where it travels inside.
 */
export type RenderFacts = {
  device: DeviceFacts | undefined
  publicUrl: string
  mediaBase64?: string
  /** Pixels of image and video, as far as known. */
  mediaSize?: { width?: number; height?: number }
  /** The sender is in the address book of the device's phone. */
  isContact?: boolean
}

/** The JSON body of an event in a style; undefined when the style has none for it, which means: do not send. */
export const renderPayload = async (
  style: PayloadStyle,
  event: EventRecord,
  facts: RenderFacts,
): Promise<string | undefined> => {
  const payload = await payloadOf(style, event, facts)
  return payload && JSON.stringify(payload)
}

const payloadOf = async (
  style: PayloadStyle,
  event: EventRecord,
  { device, publicUrl, mediaBase64, mediaSize, isContact }: RenderFacts,
): Promise<Record<string, unknown> | undefined> => {
  if (style === 'ceox') return ceoxPayload(event)
  if (!device) return undefined
  if (style === 'manager') return managerPayload(event, device, publicUrl)
  if (style === 'guide') return guidePayload(event, device, { publicUrl, mediaBase64, mediaSize, isContact })
  return digigoPayload(event, device, { publicUrl, mediaBase64 })
}
