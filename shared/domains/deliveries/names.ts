import type { EventRecord } from '#kit/define-event.ts'
import { NEWSLETTER_NAMES } from './payloads/digigo-newsletters.ts'
import { SIGNAL_NAMES } from './payloads/digigo-signals.ts'

/**
 * Event type → the name under which a DIGIGO client subscribes to it. `message.sent` is absent: it is `Message` only for a
 * device that wants its API sends echoed.
 */
export const DIGIGO_NAMES: Readonly<Record<string, string>> = {
  'message.received': 'Message',
  'message.delivered': 'Receipt',
  'message.read': 'ReadReceipt',
  'message.read_elsewhere': 'ReadReceipt',
  'message.undecryptable': 'UndecryptableMessage',
  'device.connected': 'Connected',
  'device.disconnected': 'Disconnected',
  'device.connect_failed': 'ConnectFailure',
  'device.logged_out': 'LoggedOut',
  'device.outdated': 'ClientOutdated',
  'device.restricted': 'TemporaryBan',
  'device.replaced': 'StreamReplaced',
  'device.paired': 'PairSuccess',
  'device.pair_failed': 'PairError',
  'device.qr': 'QR',
  'chat.changed': 'AppState',
  'label.changed': 'AppState',
  'message.starred': 'AppState',
  'message.labelled': 'AppState',
  'address_book.changed': 'AppState',
  'group.changed': 'GroupInfo',
  'group.joined': 'JoinedGroup',
  'history.received': 'HistorySync',
  ...NEWSLETTER_NAMES,
  ...SIGNAL_NAMES,
}

/** Whether an event can concern any webhook at all: a cheap first look before anything is read. */
export const isDeliverable = (event: EventRecord): boolean => event.type in DIGIGO_NAMES || isApiEcho(event)

/** Whether an event is a message that the API sent: DIGIGO's echo, a `Message` marked as coming from the API. */
export const isApiEcho = (event: EventRecord): boolean => event.type === 'message.sent' && event.data.source === 'api'

/** The DIGIGO name of an event; undefined when DIGIGO has none. */
export const digigoName = (event: EventRecord): string | undefined =>
  isApiEcho(event) ? 'Message' : DIGIGO_NAMES[event.type]
