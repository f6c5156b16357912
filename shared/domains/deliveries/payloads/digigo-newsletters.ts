import type { EventRecord } from '#kit/define-event.ts'

type Facts = Record<string, unknown>

/** A channel with the field names of whatsmeow's `NewsletterMetadata`, which is what gateways of this family hand on. */
const metadata = (data: Facts): Facts => ({
  id: data.jid,
  state: { type: data.state },
  thread_metadata: {
    creation_time: String(data.createdAt),
    invite: data.invite,
    name: { text: data.name, id: data.nameId },
    description: { text: data.description, id: data.descriptionId },
    subscribers_count: String(data.subscribers),
    verification: data.verification,
  },
  viewer_metadata: { mute: data.muted ? 'on' : 'off', role: data.role },
})

const EVENTS: Readonly<Record<string, { name: string; show: (data: Facts) => Facts }>> = {
  'newsletter.joined': { name: 'NewsletterJoin', show: metadata },
  'newsletter.left': { name: 'NewsletterLeave', show: (data) => ({ id: data.jid, role: data.role }) },
  'newsletter.mute_changed': {
    name: 'NewsletterMuteChange',
    show: (data) => ({ id: data.jid, mute: data.muted ? 'on' : 'off' }),
  },
  'newsletter.live_updated': {
    name: 'NewsletterLiveUpdate',
    show: (data) => ({
      JID: data.jid,
      Time: data.at,
      Messages: (data.posts as Facts[]).map(({ serverId, views, reactions }) => ({
        MessageServerID: serverId,
        ViewsCount: views,
        ReactionCounts: reactions,
      })),
    }),
  },
}

/** The names DIGIGO clients subscribe to changes of channels under, by event type. */
export const NEWSLETTER_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(EVENTS).map(([type, { name }]) => [type, name]),
)

/** `event` of the webhook about a channel; undefined for other events. */
export const newsletterEntry = ({ type, data }: EventRecord): Facts | undefined => EVENTS[type]?.show(data)
