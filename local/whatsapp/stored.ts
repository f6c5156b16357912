import { z } from 'zod'
import { businessFacts } from './business-facts.ts'

/** Bytes kept as base64. */
const bytes = z.string().transform((text) => Buffer.from(text, 'base64'))
const pair = z.object({ private: bytes, public: bytes })

/** Keys of the service. */
export const storedService = z.object({ root: pair, intermediate: pair, noise: pair })

/** The main port. */
export const storedPort = z.number()

/** A phone without its devices, sessions and messages. */
export const storedPhone = z.object({
  phone: z.string(),
  lid: z.string(),
  name: z.string(),
  online: z.boolean(),
  autoRead: z.boolean(),
  about: z.string(),
  aboutAt: z.number(),
  disappearing: z.number(),
  createdAt: z.number(),
  keys: z.object({
    identity: pair,
    registrationId: z.number(),
    signedPreKey: z.object({ id: z.number(), pair, signature: bytes }),
  }),
  advKeyIndex: z.number(),
  nextDevice: z.number(),
  contacts: z.array(z.object({ phone: z.string(), name: z.string() })),
  blocked: z.array(z.string()),
  privacy: z.record(z.string(), z.string()),
  business: businessFacts.optional(),
  contactCode: z.string().optional(),
  statusAudience: z
    .object({ type: z.enum(['contacts', 'blacklist', 'whitelist']), phones: z.array(z.string()) })
    .optional(),
  pictureId: z.string().optional(),
  picture: bytes.optional(),
  appStateKey: z.object({ id: bytes, data: bytes, at: z.number() }),
  lastSeen: z.number(),
})

/** A companion without its prekeys and queue. */
export const storedDevice = z.object({
  id: z.number(),
  phone: z.string(),
  noisePublic: bytes,
  identityPublic: bytes,
  registrationId: z.number(),
  signedPreKey: z.object({ id: z.number(), value: bytes, signature: bytes }),
  preKeysTaken: z.number(),
  platform: z.string(),
  linkedAt: z.number(),
  synced: z.boolean(),
  lastSeen: z.number().optional(),
})

/** The prekeys of a companion. */
export const storedPreKeys = bytes

/** A queued stanza. */
export const storedStanza = z.object({ key: z.string(), stanza: bytes })

/** Stanzas that wait for a phone that is off. */
export const storedInbox = z.array(bytes)

/** A session; its inside belongs to libsignal. */
export const storedSession = z.looseObject({})

/** A message of a phone. Its view is what {@link PhoneMessage} says, written by this program only. */
export const storedMessage = z.object({
  view: z.looseObject({ id: z.string() }),
  proto: bytes,
  chatJid: z.string(),
  retries: z.number(),
})

/** A group. */
export const storedGroup = z.object({
  id: z.string(),
  subject: z.string(),
  subjectOwner: z.string(),
  subjectAt: z.number(),
  creator: z.string(),
  createdAt: z.number(),
  members: z.array(z.object({ phone: z.string(), role: z.enum(['superadmin', 'admin', 'member']) })),
  description: z.object({ id: z.string(), text: z.string(), by: z.string(), at: z.number() }).optional(),
  announcement: z.boolean(),
  locked: z.boolean(),
  ephemeral: z.number(),
  memberAddMode: z.enum(['all_member_add', 'admin_add']),
  approval: z.boolean(),
  inviteCode: z.string(),
  revokedCodes: z.array(z.string()).default([]),
  capacity: z.number().default(1025),
  participantVersion: z.string().default('1'),
  announceVersion: z.string().default('1'),
  community: z.boolean().optional(),
  parent: z.string().optional(),
  announcements: z.boolean().optional(),
  requests: z.array(z.tuple([z.string(), z.number()])),
  pictureId: z.string().optional(),
  picture: bytes.optional(),
})

/** Sender keys of one group as a phone holds them. */
export const storedSenderKeys = z.object({
  own: z
    .object({
      id: z.number(),
      iteration: z.number(),
      chainKey: bytes,
      signing: pair,
      sharedWith: z.array(z.string()),
    })
    .optional(),
  theirs: z.array(
    z.object({
      key: z.string(),
      states: z.array(
        z.object({
          id: z.number(),
          iteration: z.number(),
          chainKey: bytes,
          signingPublic: bytes,
          skipped: z.array(z.tuple([z.number(), bytes])).transform((pairs) => new Map(pairs)),
        }),
      ),
    }),
  ),
})

/** One app-state collection. */
export const storedCollection = z.object({
  version: z.number(),
  patches: z.array(bytes),
  hash: bytes,
  indexValueMap: z
    .array(z.tuple([z.string(), bytes]))
    .transform((pairs) => Object.fromEntries(pairs.map(([key, valueMac]) => [key, { valueMac }]))),
})

/** The chat list of a phone. */
export const storedChats = z.object({
  chats: z.array(
    z.object({
      chat: z.string(),
      pinned: z.boolean(),
      archived: z.boolean(),
      muted: z.boolean(),
      mutedUntil: z.number().optional(),
      unread: z.boolean(),
      deletedAt: z.number().optional(),
      labels: z.array(z.string()),
      starred: z.array(z.string()),
      labelled: z.record(z.string(), z.array(z.string())),
    }),
  ),
  labels: z.array(z.object({ id: z.string(), name: z.string(), color: z.number() })),
})
