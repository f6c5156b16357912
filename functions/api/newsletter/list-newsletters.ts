import { z } from 'zod'
import type { Newsletter } from '#domains/newsletters/model.ts'
import { listNewsletters } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelNeeds, sessionOf } from './_channel.ts'

const words = z.object({ id: z.string(), text: z.string(), update_time: z.string() })

const shown = z.object({
  id: z.string(),
  state: z.object({ type: z.string() }),
  thread_metadata: z.object({
    creation_time: z.string().describe('Unix seconds'),
    description: words,
    invite: z.string(),
    name: words,
    subscribers_count: z.string(),
    verification: z.string(),
  }),
  viewer_metadata: z.object({ mute: z.string(), role: z.string() }),
})

const textOf = (id: string, text: string): z.input<typeof words> => ({ id, text, update_time: id })

const show = (found: Newsletter): z.input<typeof shown> => ({
  id: found.jid,
  state: { type: found.state },
  thread_metadata: {
    creation_time: String(found.createdAt),
    description: textOf(found.descriptionId, found.description),
    invite: found.invite,
    name: textOf(found.nameId, found.name),
    subscribers_count: String(found.subscribers),
    verification: found.verification,
  },
  viewer_metadata: { mute: found.muted ? 'on' : 'off', role: found.role ?? '' },
})

export const operation = defineOperation({
  key: 'digigo GET /newsletter/list',
  group: 'Newsletter',
  summary: 'Subscribed newsletters with metadata',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ Newsletter: z.array(shown) }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: channelErrors,
  needs: channelNeeds,
  handler: async (ctx) => ({
    Newsletter: (await listNewsletters(commandPort(), await sessionOf(ctx))).map(show),
  }),
})
