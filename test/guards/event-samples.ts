import { EVENTS } from '#domains/events.ts'
import { messageReceived } from '#domains/messages/events.ts'
import { type EventRecord, type Image, toEventRecord } from '#kit/define-event.ts'
import { aGroup } from '#test/harness/groups.ts'

const deviceId = '4e4942c7dee1deef99ab8fd9f7350de5'

const message: Image = {
  tenantId: 'org_01JD2Q4Z8M6S3V9K7X5T1B0C2D',
  deviceId,
  conversationId: 12,
  messageId: '3EB06F9067F80BAB89FF',
  direction: 'out',
  kind: 'text',
  status: 'read',
  chat: '15552223333@s.whatsapp.net',
  phone: '15552223333',
  lid: '182736450918273',
  isGroup: false,
  text: 'Your order is on its way.',
  source: 'api',
  timestamp: '2026-11-20T09:00:00.000Z',
  acceptedAt: '2026-11-20T09:00:00.000Z',
  sentAt: '2026-11-20T09:00:00.180Z',
  deliveredAt: '2026-11-20T09:00:01.000Z',
  readAt: '2026-11-20T09:00:07.000Z',
}

const inbound: Image = {
  ...message,
  direction: 'in',
  status: 'received',
  senderName: 'Ann',
  text: 'Thank you!',
  source: 'contact',
}

const withMedia = (state: string): Image => ({
  ...inbound,
  kind: 'image',
  text: 'Look at this',
  media: { state, mimeType: 'image/jpeg', sizeBytes: 48211 },
})

const device: Image = {
  tenantId: message.tenantId,
  deviceId,
  id: deviceId,
  number: 2,
  name: 'Shop',
  state: 'online',
  desired: 'online',
  reason: 'logged in',
  jid: '15550001111:3@s.whatsapp.net',
  lid: '918273645091827:3@lid',
  qr: { code: '2@Zk3…,8Fh…,pQ2…', expiresAt: '2026-11-20T09:01:00.000Z' },
}

const conversation: Image = {
  tenantId: message.tenantId,
  deviceId,
  conversationId: 12,
  id: 12,
  chat: '15552223333@s.whatsapp.net',
  contactId: 31,
  isGroup: false,
  name: 'Ann',
}

const contact: Image = {
  tenantId: message.tenantId,
  id: 31,
  phone: '15552223333',
  lid: '182736450918273',
  name: 'Ann Smith',
  profileName: 'Ann',
  company: 'Acme',
  segment: 'vip',
  email: 'ann@example.com',
}

const chat: Image = {
  tenantId: message.tenantId,
  deviceId,
  jid: '15552223333@s.whatsapp.net',
  pinned: true,
  archived: false,
  mutedUntil: 0,
  markedUnread: false,
  labels: [],
}

const label: Image = { tenantId: message.tenantId, deviceId, labelId: 'label_1703123456', name: 'Important', color: 1 }

const groupNews = (change: Record<string, unknown>): Image => ({
  ...inbound,
  messageId: 'G-1795250089.12-12',
  kind: 'system',
  chat: '120363312246943103@g.us',
  isGroup: true,
  text: undefined,
  payload: { about: 'group', change },
})

const ann = { phone: '15552223333', lid: '182736450918273' }

const groupInfo = aGroup('120363312246943103@g.us', {
  owner: ann,
  members: [{ ...ann, jid: '182736450918273@lid', isAdmin: true, isSuperAdmin: true }],
})

const inState = (state: string, reason: string, code?: number): Image => ({ ...device, state, reason, code })

const session: Image = { tenantId: message.tenantId, userId: 3 }

const apiKey: Image = {
  tenantId: message.tenantId,
  id: 'key_01JD2R5H1Y7T9W3N6P8Q0M4K2V',
  name: 'Shop',
  prefix: 'ceox_4fG',
  capabilities: ['chats.send'],
  enabled: true,
}

const user: Image = {
  tenantId: message.tenantId,
  id: 5,
  name: 'Budi',
  email: 'budi@example.com',
  roleId: 3,
  inboxIds: [1],
  state: 'ACTIVE',
  presence: 'ONLINE',
}

const role: Image = {
  tenantId: message.tenantId,
  id: 3,
  name: 'Supervisor',
  system: false,
  capabilities: ['chats.send', 'analytics.view'],
}

const inbox: Image = { tenantId: message.tenantId, id: 1, name: 'Sales', description: 'Sales team', color: '#16a34a' }

const SPECIAL: Record<string, Image> = {
  'auth.password_changed': user,
  'user.deactivated': { ...user, state: 'DEACTIVATED', presence: 'OFFLINE', inboxIds: [] },
  'inbox.device_assigned': { ...device, inboxId: 1 },
  'device.link_opened': { tenantId: message.tenantId, connectionId: 'L0SM9cOFvHcCIhw=' },
  'device.created': { ...inState('idle', 'just made'), jid: undefined, lid: undefined },
  'device.disconnected': inState('waiting', 'the connection was closed; the next attempt is planned', 428),
  'device.connect_failed': inState('failed', 'WhatsApp refuses the connection', 403),
  'device.replaced': inState('waiting', 'another connection with the same login took over', 440),
  'device.outdated': inState('failed', 'WhatsApp wants a newer client', 405),
  'device.logged_out': inState('loggedOut', 'the phone unlinked the device', 401),
  'device.restricted': inState('restricted', 'new chats are not allowed for the time being', 463),
  'device.pair_failed': inState('idle', 'nobody scanned the code'),
  'message.received': inbound,
  'group.changed': groupNews({ kind: 'add', members: [ann], version: '1795250089370000' }),
  'group.joined': groupNews({ kind: 'join', group: groupInfo, isNew: true, key: '06F9067F80BAB89FFA' }),
  'message.media_ready': withMedia('ready'),
  'message.media_failed': withMedia('failed'),
  'message.undecryptable': { ...inbound, kind: 'undecryptable', text: undefined },
  'message.starred': { ...inbound, starred: true },
  'message.labelled': { ...inbound, labels: ['label_1703123456'] },
  'conversation.read': { ...conversation, unreadCount: 0 },
  'message.failed': { ...message, error: { code: 'send_failed', providerCode: 463, message: 'WhatsApp refused it.' } },
}

const BY_DOMAIN: Record<string, Image> = {
  message,
  device,
  contact,
  conversation,
  chat,
  label,
  webhook: device,
  user,
  role,
  inbox,
  auth: session,
  api_key: apiKey,
  address_book: {
    ...device,
    jid: '15552223333@s.whatsapp.net',
    phone: '15552223333',
    fullName: 'Ann Lee',
    firstName: 'Ann',
  },
}

const reader = { jid: '15552223333@s.whatsapp.net', phone: '15552223333', lid: '182736450918273' }

const FACTS: Record<string, Record<string, unknown>> = {
  'auth.password_changed': { byUser: true },
  'user.updated': { changed: ['name'] },
  'role.deleted': { id: 3, name: 'Supervisor' },
  'inbox.member_added': { userId: 5 },
  'inbox.member_removed': { userId: 5 },
  'inbox.device_assigned': { previous: 2 },
  'chat.changed': { change: 'pin', source: 'phone' },
  'label.changed': { source: 'api' },
  'message.starred': { source: 'api' },
  'message.labelled': { source: 'api', labelId: 'label_1703123456' },
  'contact.updated': { changed: ['company'] },
  'conversation.read': { source: 'api' },
  'address_book.changed': { source: 'phone' },
  'message.delivered': { by: reader },
  'message.read': { by: reader },
  'conversation.merged': { into: 9 },
  'conversation.status_changed': {
    from: 'CLOSED',
    to: 'OPEN',
    cause: 'inbound',
    actor: { kind: 'contact' },
    episodeId: 'ep_01JD2R4W6E8T0Y2U4A6S8D0F2G',
  },
  'webhook.disabled': {
    endpoint: `d-${deviceId}`,
    origin: 'https://hooks.example',
    reason: 'the receiver answered 410 Gone',
  },
}

const person = { jid: '182736450918273@lid', phone: '15552223333', lid: '182736450918273' }
const call = { ...person, callId: '9A4C2F0B7D1E', at: '2026-11-20T09:00:06.000Z' }

/** Signals say everything in their facts. */
const SIGNALS: Record<string, Record<string, unknown>> = {
  'presence.changed': { ...person, available: false, lastSeenAt: '2026-11-20T08:59:00.000Z' },
  'presence.typing': { ...person, chat: person.jid, isGroup: false, state: 'composing', media: 'text' },
  'message.read_elsewhere': {
    chat: '15552223333@s.whatsapp.net',
    direction: 'in',
    isGroup: false,
    messageIds: ['3EB0D41A2C8F6B907E15'],
    at: '2026-11-20T09:00:06.000Z',
  },
  'call.offered': { ...call, video: true, platform: 'android', platformVersion: '2.26.40' },
  'call.announced': { ...call, video: false, kind: 'group', group: '120363025246125486@g.us' },
  'call.accepted': call,
  'call.ended': { ...call, reason: 'timeout' },
  'call.latency': { ...call, latencyMs: 41 },
  'picture.changed': { ...person, removed: false, pictureId: '1732093206' },
  'about.changed': { ...person, about: 'At work' },
  'identity.changed': person,
  'blocklist.changed': { changes: [{ ...person, action: 'block' }] },
  'blocklist.updated': { action: '', mark: '2:h7Xy', changes: [{ ...person, action: 'block' }] },
  'privacy.changed': { settings: { last: 'contacts' } },
  'pairing.not_supported': {},
  'app_state.synchronised': { collection: 'regular_low', version: 14 },
  'profile.name_changed': { name: 'Shop' },
  'offline.announced': { total: 14, messages: 9, receipts: 3, notifications: 2, appData: 0 },
  'offline.delivered': { count: 14 },
  'connection.stream_error': { code: 503 },
  'connection.keepalive_timeout': { lastSeenAt: '2026-11-20T08:58:30.000Z' },
  'connection.keepalive_restored': {},
  'newsletter.joined': {
    jid: '120363025246817665@newsletter',
    name: 'Tech News',
    description: 'Latest tech updates',
    subscribers: 1500,
    invite: '0029Va4K0PZ5a245NkngBA2M',
    state: 'active',
    verification: 'unverified',
    createdAt: 1_688_746_895,
    nameId: '1688746895480511',
    descriptionId: '1689653839450668',
    role: 'subscriber',
    muted: false,
  },
  'newsletter.left': { jid: '120363025246817665@newsletter', role: 'guest' },
  'newsletter.mute_changed': { jid: '120363025246817665@newsletter', muted: true },
  'newsletter.live_updated': {
    jid: '120363025246817665@newsletter',
    at: '2026-11-20T09:00:06.000Z',
    posts: [{ serverId: 117, views: 150, reactions: { '👍': 25 } }],
  },
  'history.received': {
    kind: 'onDemand',
    chunk: 1,
    part: 0,
    isLast: true,
    progress: 100,
    requestId: '3EB0ABCD1234567890',
    sessionId: '3EB0A1B2C3D4E5F60718',
    conversations: [
      {
        chat: inbound.chat,
        name: 'Ann',
        conversationId: 12,
        messages: [messageReceived.data.parse(messageReceived.project(inbound, {}))],
      },
    ],
  },
  'media.retried': { messageId: '3EB06F9067F80BAB89FF', chat: '15552223333@s.whatsapp.net', fromMe: false, ok: true },
}

/** An example of every event, made by its own projection. Throws for a type that has no sample item here. */
export const eventSamples = (): EventRecord[] =>
  [...EVENTS.values()].map((definition) => {
    const { type } = definition
    const image = SPECIAL[type] ?? (SIGNALS[type] && device) ?? BY_DOMAIN[type.split('.')[0] ?? '']
    if (!image) throw new Error(`give ${type} a sample item`)
    const entry = {
      type,
      id: 'evt_01JD2R5H1Y7T9W3N6P8Q0M4K2V',
      at: '2026-11-20T09:00:07.120Z',
      facts: FACTS[type] ?? SIGNALS[type],
    }
    return toEventRecord(definition, entry, image)
  })
