import type { EventRecord } from '#kit/define-event.ts'

type Facts = Record<string, unknown>

/** The person's other address: the LID beside a phone number, and the other way round; empty where it is not known. */
const altOf = ({ jid, phone, lid }: Facts): string => {
  if (String(jid).endsWith('@lid')) return phone === undefined ? '' : `${phone}@s.whatsapp.net`
  return lid === undefined ? '' : `${lid}@lid`
}

const modeOf = ({ jid }: Facts): string => (String(jid).endsWith('@lid') ? 'lid' : 'pn')

const blocksOf = ({ changes }: Facts): Facts[] =>
  (changes as Facts[]).map(({ jid, action, phone, lid }) => ({ JID: jid, Action: action, Phone: phone, LID: lid }))

/** What events of calls say of the call. */
const callMeta = (data: Facts, at: string): Facts => ({
  From: data.jid,
  CallCreator: data.jid,
  CallCreatorAlt: altOf(data),
  CallID: data.callId,
  GroupJID: data.group ?? '',
  Timestamp: data.at ?? at,
  Phone: data.phone,
  LID: data.lid,
})

const remote = (data: Facts): Facts => ({ RemotePlatform: data.platform, RemoteVersion: data.platformVersion })

/** WhatsApp's names of privacy settings, and those of whatsmeow's event. */
const PRIVACY: Readonly<Record<string, string>> = {
  groupadd: 'GroupAdd',
  last: 'LastSeen',
  status: 'Status',
  profile: 'Profile',
  readreceipts: 'ReadReceipts',
  online: 'Online',
  calladd: 'CallAdd',
  messages: 'Messages',
  defense: 'Defense',
  stickers: 'Stickers',
}

const privacyOf = (settings: Record<string, string>): Facts => {
  const named = Object.entries(settings).map(([name, value]) => [PRIVACY[name] ?? name, value] as const)
  const changed = Object.entries(PRIVACY).map(([name, field]) => [`${field}Changed`, Object.hasOwn(settings, name)])
  return { NewSettings: Object.fromEntries(named), ...Object.fromEntries(changed) }
}

/**
 * What each signal is for a DIGIGO client: the name it subscribes to and the fields of whatsmeow's event of that name, which
 * is what gateways of this family hand on.
 */
const SIGNALS: Readonly<Record<string, { name: string; show: (data: Facts, at: string) => Facts }>> = {
  'presence.changed': {
    name: 'Presence',
    show: (data) => ({ From: data.jid, Unavailable: data.available !== true, LastSeen: data.lastSeenAt }),
  },
  'presence.typing': {
    name: 'ChatPresence',
    show: (data) => ({
      Chat: data.chat,
      Sender: data.jid,
      SenderAlt: altOf(data),
      AddressingMode: modeOf(data),
      IsFromMe: false,
      IsGroup: data.isGroup,
      State: data.state,
      Media: data.media === 'audio' ? 'audio' : '',
    }),
  },
  'call.offered': {
    name: 'CallOffer',
    show: (data, at) => ({ ...callMeta(data, at), ...remote(data), Video: data.video }),
  },
  'call.announced': {
    name: 'CallOfferNotice',
    show: (data, at) => ({ ...callMeta(data, at), Media: data.video ? 'video' : 'audio', Type: data.kind }),
  },
  'call.accepted': { name: 'CallAccept', show: (data, at) => ({ ...callMeta(data, at), ...remote(data) }) },
  'call.ended': { name: 'CallTerminate', show: (data, at) => ({ ...callMeta(data, at), Reason: data.reason }) },
  'call.latency': {
    name: 'CallRelayLatency',
    show: (data, at) => ({ ...callMeta(data, at), Latency: data.latencyMs }),
  },
  'picture.changed': {
    name: 'Picture',
    show: (data, at) => ({
      JID: data.jid,
      Author: data.author ?? '',
      Timestamp: data.at ?? at,
      Remove: data.removed,
      PictureID: data.pictureId ?? '',
    }),
  },
  'about.changed': {
    name: 'UserAbout',
    show: (data, at) => ({ JID: data.jid, Status: data.about, Timestamp: data.at ?? at }),
  },
  'identity.changed': {
    name: 'IdentityChange',
    show: (data, at) => ({ JID: data.jid, Timestamp: data.at ?? at, Implicit: false }),
  },
  'blocklist.changed': {
    name: 'BlocklistChange',
    show: (data) => ({ Changes: blocksOf(data) }),
  },
  'blocklist.updated': {
    name: 'Blocklist',
    show: (data) => ({
      Action: data.action,
      DHash: data.mark ?? '',
      PrevDHash: data.previousMark ?? '',
      Changes: blocksOf(data),
    }),
  },
  'privacy.changed': {
    name: 'PrivacySettings',
    show: ({ settings }) => privacyOf(settings as Record<string, string>),
  },
  'pairing.not_supported': { name: 'QRScannedWithoutMultidevice', show: () => ({}) },
  'app_state.synchronised': {
    name: 'AppStateSyncComplete',
    show: ({ collection, version, recovery }) => ({ Name: collection, Version: version, Recovery: recovery === true }),
  },
  'profile.name_changed': {
    name: 'PushNameSetting',
    show: (data, at) => ({ Timestamp: at, Action: { name: data.name } }),
  },
  'offline.announced': {
    name: 'OfflineSyncPreview',
    show: (data) => ({
      Total: data.total,
      AppDataChanges: data.appData,
      Messages: data.messages,
      Notifications: data.notifications,
      Receipts: data.receipts,
    }),
  },
  'offline.delivered': { name: 'OfflineSyncCompleted', show: (data) => ({ Count: data.count }) },
  'connection.stream_error': { name: 'StreamError', show: (data) => ({ Code: String(data.code) }) },
  'connection.keepalive_timeout': {
    name: 'KeepAliveTimeout',
    show: (data) => ({ ErrorCount: 1, LastSuccess: data.lastSeenAt }),
  },
  'connection.keepalive_restored': { name: 'KeepAliveRestored', show: () => ({}) },
  'media.retried': {
    name: 'MediaRetry',
    show: (data, at) => ({
      MessageID: data.messageId,
      ChatID: data.chat,
      SenderID: data.participant ?? '',
      FromMe: data.fromMe,
      Timestamp: at,
      Error: data.ok ? null : { Code: 2 },
    }),
  },
}

/** The names DIGIGO clients subscribe to signals under, by event type. */
export const SIGNAL_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SIGNALS).map(([type, { name }]) => [type, name]),
)

/** `event` of a signal's webhook; undefined for events that are no signals. */
export const signalEntry = ({ type, data, at }: EventRecord): Facts | undefined => {
  const entry = SIGNALS[type]?.show(data, at)
  return (
    entry && {
      ...entry,
      ...(data.phone !== undefined && { Phone: data.phone }),
      ...(data.lid !== undefined && { LID: data.lid }),
    }
  )
}
