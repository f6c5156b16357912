import { z } from 'zod'
import { defineEvent, type EventDefinition } from '#kit/define-event.ts'

const at = z.string().optional().describe("WhatsApp's time of it")

const person = {
  jid: z.string().describe('Address as WhatsApp gave it'),
  phone: z.string().optional().describe('Phone number, digits, where it is known'),
  lid: z.string().optional().describe('Hidden id (LID), where it is known'),
}

/** An event that announces no change of ours: all it says is in its facts. */
const signal = <Data extends z.ZodType>(type: string, summary: string, data: Data): EventDefinition<Data> =>
  defineEvent({ type, version: 1, summary, data, project: (_image, facts) => facts as z.input<Data> })

export const presenceChanged = signal(
  'presence.changed',
  'A person whose presence is watched came online or went offline.',
  z.object({ ...person, available: z.boolean(), lastSeenAt: z.string().optional() }),
)

export const chatPresenceChanged = signal(
  'presence.typing',
  'A person began or stopped to write or to record in a chat.',
  z.object({
    ...person,
    chat: z.string().describe('Chat JID'),
    isGroup: z.boolean(),
    deviceNumber: z.number().int().optional().describe('Per-tenant number of the device'),
    state: z.enum(['composing', 'paused']),
    media: z.enum(['text', 'audio']),
  }),
)

export const messagesReadElsewhere = signal(
  'message.read_elsewhere',
  'The account read messages of others on its phone, or on another linked device.',
  z.object({
    chat: z.string().describe('Chat JID'),
    direction: z.literal('in'),
    isGroup: z.boolean(),
    messageIds: z.array(z.string()),
    at,
  }),
)

const call = {
  ...person,
  callId: z.string(),
  group: z.string().optional().describe('Group JID of a group call'),
  at: z.string().describe("WhatsApp's time of the call signal"),
}

export const callOffered = signal(
  'call.offered',
  'Somebody calls.',
  z.object({ ...call, video: z.boolean(), platform: z.string().optional(), platformVersion: z.string().optional() }),
)
export const callAnnounced = signal(
  'call.announced',
  'A call was made while the device was offline, or a group call began.',
  z.object({ ...call, video: z.boolean(), kind: z.string().describe('"group" or empty') }),
)
export const callAccepted = signal(
  'call.accepted',
  'The call was taken on another device.',
  z.object({ ...call, platform: z.string().optional(), platformVersion: z.string().optional() }),
)
export const callEnded = signal(
  'call.ended',
  'The call ended, was rejected, or nobody took it.',
  z.object({ ...call, reason: z.string() }),
)
export const callLatency = signal(
  'call.latency',
  'WhatsApp measured the way to a relay of a call.',
  z.object({ ...call, latencyMs: z.number().optional() }),
)

export const pictureChanged = signal(
  'picture.changed',
  'A person or a group has a new photo, or none any more.',
  z.object({ ...person, author: z.string().optional(), removed: z.boolean(), pictureId: z.string().optional(), at }),
)
export const aboutChanged = signal(
  'about.changed',
  'A person changed the text about himself.',
  z.object({ ...person, about: z.string(), at }),
)
export const identityChanged = signal(
  'identity.changed',
  'A person has new keys: a new phone, or WhatsApp installed again.',
  z.object({ ...person, at }),
)
export const blocklistChanged = signal(
  'blocklist.changed',
  'The account blocked or unblocked somebody, on any of its devices.',
  z.object({ changes: z.array(z.object({ ...person, action: z.enum(['block', 'unblock']) })) }),
)
export const blocklistUpdated = signal(
  'blocklist.updated',
  'The list of those who are blocked is another one; where no changes are named, it has to be asked for.',
  z.object({
    action: z.string().describe('"modify" when the whole list changed, else empty'),
    mark: z.string().optional().describe("WhatsApp's mark of the list as it is now"),
    previousMark: z.string().optional(),
    changes: z.array(z.object({ ...person, action: z.enum(['block', 'unblock']) })),
  }),
)
export const privacyChanged = signal(
  'privacy.changed',
  'The account changed who sees something of it, on another of its devices.',
  z.object({ settings: z.record(z.string(), z.string()).describe("Those that changed, by WhatsApp's names") }),
)
export const linkRefused = signal(
  'pairing.not_supported',
  'A phone scanned the code whose WhatsApp cannot link devices of this kind; the code can be scanned again.',
  z.object({}),
)
export const appStateSynchronised = signal(
  'app_state.synchronised',
  'A collection of what the devices of the account share is as it is on the phone.',
  z.object({
    collection: z.string().describe("WhatsApp's name of it, such as regular_low"),
    version: z.number().int().optional().describe('How often it was changed'),
    recovery: z.boolean().optional().describe('It is the copy that the phone gave on request'),
  }),
)
export const pushNameChanged = signal(
  'profile.name_changed',
  "The account's own name changed.",
  z.object({ name: z.string() }),
)

export const offlineAnnounced = signal(
  'offline.announced',
  'WhatsApp says what waited while the device was offline.',
  z.object({
    total: z.number().int(),
    messages: z.number().int(),
    receipts: z.number().int(),
    notifications: z.number().int(),
    appData: z.number().int(),
  }),
)
export const offlineDelivered = signal(
  'offline.delivered',
  'Everything that waited while the device was offline has come.',
  z.object({ count: z.number().int() }),
)

export const streamFailed = signal(
  'connection.stream_error',
  'WhatsApp ended the connection with an error; whether it comes back by itself is told by the device events.',
  z.object({ code: z.number().int() }),
)
export const keepAliveTimedOut = signal(
  'connection.keepalive_timeout',
  'WhatsApp gave no sign of life on the connection; a new one is opened.',
  z.object({ lastSeenAt: z.string().optional() }),
)

export const keepAliveRestored = signal(
  'connection.keepalive_restored',
  'The connection that gave no sign of life was replaced by one that does.',
  z.object({}),
)

export const mediaRetried = signal(
  'media.retried',
  'The phone answered whether it put the file of a message up again.',
  z.object({
    messageId: z.string(),
    chat: z.string(),
    participant: z.string().optional().describe('Group member who wrote the message, as JID'),
    fromMe: z.boolean(),
    ok: z.boolean(),
  }),
)
