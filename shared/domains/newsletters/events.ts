import { z } from 'zod'
import { defineEvent, type EventDefinition } from '#kit/define-event.ts'
import { newsletter } from './model.ts'

/** An event that announces no change of ours: all it says is in its facts. */
const told = <Data extends z.ZodType>(type: string, summary: string, data: Data): EventDefinition<Data> =>
  defineEvent({ type, version: 1, summary, data, project: (_image, facts) => facts as z.input<Data> })

export const newsletterJoined = told('newsletter.joined', 'The account follows a channel from now on.', newsletter)

export const newsletterLeft = told(
  'newsletter.left',
  'The account does not follow a channel any more.',
  z.object({ jid: z.string(), role: z.string() }),
)

export const newsletterMuteChanged = told(
  'newsletter.mute_changed',
  'The account muted or unmuted a channel.',
  z.object({ jid: z.string(), muted: z.boolean() }),
)

export const newsletterLiveUpdated = told(
  'newsletter.live_updated',
  'Views or reactions of posts changed; told while live updates are subscribed to.',
  z.object({
    jid: z.string(),
    at: z.string(),
    posts: z.array(
      z.object({
        serverId: z.number().int(),
        views: z.number().int(),
        reactions: z.record(z.string(), z.number().int()),
      }),
    ),
  }),
)
