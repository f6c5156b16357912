import { fail } from '#kit/errors.ts'

/** The event names a DIGIGO client can subscribe to, as the document lists them, and `All`. They are case-sensitive. */
export const EVENT_NAMES = [
  'Message',
  'UndecryptableMessage',
  'Receipt',
  'MediaRetry',
  'ReadReceipt',
  'GroupInfo',
  'JoinedGroup',
  'Picture',
  'BlocklistChange',
  'Blocklist',
  'Connected',
  'Disconnected',
  'ConnectFailure',
  'KeepAliveRestored',
  'KeepAliveTimeout',
  'LoggedOut',
  'ClientOutdated',
  'TemporaryBan',
  'StreamError',
  'StreamReplaced',
  'PairSuccess',
  'PairError',
  'QR',
  'QRScannedWithoutMultidevice',
  'PrivacySettings',
  'PushNameSetting',
  'UserAbout',
  'AppState',
  'AppStateSyncComplete',
  'HistorySync',
  'OfflineSyncCompleted',
  'OfflineSyncPreview',
  'CallOffer',
  'CallAccept',
  'CallTerminate',
  'CallOfferNotice',
  'CallRelayLatency',
  'Presence',
  'ChatPresence',
  'IdentityChange',
  'CATRefreshError',
  'NewsletterJoin',
  'NewsletterLeave',
  'NewsletterMuteChange',
  'NewsletterLiveUpdate',
  'FBMessage',
  'All',
] as const

const KNOWN: ReadonlySet<string> = new Set(EVENT_NAMES)

/**
 * Event names from a list or a comma-separated text, each once; spaces around them do not count. Throws
 * `validation_failed` that names every unknown one under `field`.
 */
export const parseEventNames = (value: string | readonly string[], field: string): string[] => {
  const names = (typeof value === 'string' ? value.split(',') : value).map((name) => name.trim()).filter(Boolean)
  const unknown = names.filter((name) => !KNOWN.has(name))
  if (unknown.length > 0) {
    const message = `unknown event ${unknown.length > 1 ? 'names' : 'name'}: ${unknown.join(', ')}`
    throw fail('validation_failed', { message, details: [{ path: field, message }] })
  }
  return [...new Set(names)]
}
