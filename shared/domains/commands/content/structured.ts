import { z } from 'zod'
import { outboundMedia } from './media.ts'

/** 32 bytes, base64. Made when the message is accepted, so that every repetition of it has the same: answers are encrypted with it. */
const secret = z.string().optional()

const place = z.object({
  name: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
})

/** A button as WhatsApp's native flows have it: `params` is JSON text whose members depend on the name. */
const nativeButton = z.object({ name: z.string(), params: z.string() })

/** The file above the words of a panel. */
const panelHeader = z.object({
  kind: z.enum(['image', 'video', 'document']),
  media: outboundMedia,
  caption: z.string().optional(),
})

/** Words with buttons, and a title or a file above them. `version` and `params` are those of the native flow. */
const panel = z.object({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  header: panelHeader.optional(),
  text: z.string().optional(),
  footer: z.string().optional(),
  buttons: z.array(nativeButton),
  version: z.number().int().optional(),
  params: z.string().optional(),
})

/** Content that is neither words nor a file. Times in Unix seconds, coordinates in degrees. */
export const structuredContent = [
  z.object({
    kind: z.literal('location'),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
  }),
  z.object({
    kind: z.literal('contacts'),
    contacts: z.array(z.object({ name: z.string(), vcard: z.string() })).min(1),
  }),
  /** `single`: one answer for each person, else as many as there are options. */
  z.object({
    kind: z.literal('poll'),
    question: z.string(),
    options: z.array(z.string()),
    single: z.boolean(),
    secret,
  }),
  z.object({
    kind: z.literal('event'),
    name: z.string(),
    description: z.string().optional(),
    startsAt: z.number().int(),
    endsAt: z.number().int().optional(),
    place: place.optional(),
    guestsAllowed: z.boolean().optional(),
    cancelled: z.boolean().optional(),
    /** It is a call: people join it by a link that WhatsApp makes. */
    call: z.boolean().optional(),
    secret,
  }),
  /** Buttons, lists, forms and carousels; all of them are WhatsApp's interactive message. `cards` are those of a carousel. */
  z.object({
    kind: z.literal('interactive'),
    form: z.enum(['buttons', 'list', 'flow', 'carousel']),
    panel,
    cards: z.array(panel).optional(),
  }),
] as const

/** A button of a native flow. */
export type NativeButton = z.infer<typeof nativeButton>

/** Words with buttons, and what is above them. */
export type Panel = z.infer<typeof panel>

/** The file above the words of a panel. */
export type PanelHeader = z.infer<typeof panelHeader>
