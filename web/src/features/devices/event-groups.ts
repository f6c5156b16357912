import type { EVENT_NAMES } from '#domains/devices/event-names.ts'

/** The name of an event as a DIGIGO client knows it. */
export type EventName = Exclude<(typeof EVENT_NAMES)[number], 'All'>

/** Where each event stands in the choice. A name that the server adds or drops fails the type check here. */
const GROUP_OF = {
  Message: 'messages',
  UndecryptableMessage: 'messages',
  Receipt: 'messages',
  ReadReceipt: 'messages',
  MediaRetry: 'messages',
  FBMessage: 'messages',
  Connected: 'connection',
  Disconnected: 'connection',
  ConnectFailure: 'connection',
  KeepAliveTimeout: 'connection',
  KeepAliveRestored: 'connection',
  LoggedOut: 'connection',
  ClientOutdated: 'connection',
  TemporaryBan: 'connection',
  StreamError: 'connection',
  StreamReplaced: 'connection',
  CATRefreshError: 'connection',
  QR: 'connection',
  QRScannedWithoutMultidevice: 'connection',
  PairSuccess: 'connection',
  PairError: 'connection',
  GroupInfo: 'groups',
  JoinedGroup: 'groups',
  Picture: 'account',
  Blocklist: 'account',
  BlocklistChange: 'account',
  PrivacySettings: 'account',
  PushNameSetting: 'account',
  UserAbout: 'account',
  IdentityChange: 'account',
  AppState: 'sync',
  AppStateSyncComplete: 'sync',
  HistorySync: 'sync',
  OfflineSyncPreview: 'sync',
  OfflineSyncCompleted: 'sync',
  CallOffer: 'calls',
  CallOfferNotice: 'calls',
  CallAccept: 'calls',
  CallTerminate: 'calls',
  CallRelayLatency: 'calls',
  Presence: 'calls',
  ChatPresence: 'calls',
  NewsletterJoin: 'other',
  NewsletterLeave: 'other',
  NewsletterMuteChange: 'other',
  NewsletterLiveUpdate: 'other',
} as const satisfies Record<EventName, string>

/** A heading over events. */
export type EventGroup = (typeof GROUP_OF)[EventName]

/** The events under their headings. */
export const EVENT_GROUPS: ReadonlyMap<EventGroup, EventName[]> = Map.groupBy(
  Object.keys(GROUP_OF) as EventName[],
  (name) => GROUP_OF[name],
)
