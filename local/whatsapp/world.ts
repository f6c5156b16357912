import type { CallView } from './call-view.ts'
import type { ServiceKeys } from './certificate.ts'
import type { Connection, Device } from './companion.ts'
import type { EventHub } from './events.ts'
import type { FaultBox } from './faults.ts'
import type { Journal } from './journal.ts'
import type { MediaStore } from './media-store.ts'
import type { Group, Phone } from './model.ts'
import type { Newsletter } from './newsletter-types.ts'

/** Counters since the start. */
export interface Counters {
  connectionsOpened: number
  framesIn: number
  framesOut: number
  stanzasIn: Record<string, number>
  stanzasOut: Record<string, number>
  messagesRouted: number
}

/** Everything the parts of the sandbox share. One value per network, passed explicitly. */
export interface World {
  keys: ServiceKeys
  chain: Uint8Array
  /** By phone number, digits only. */
  phones: Map<string, Phone>
  /** The same phones by LID user. */
  lids: Map<string, Phone>
  groups: Map<string, Group>
  /** Calls by id. */
  calls: Map<string, CallView>
  newsletters: Map<string, Newsletter>
  /** Until when a companion gets live updates, Unix seconds, by `newsletter|phone|device`. */
  liveUpdates: Map<string, number>
  /** Terms that accounts accepted, with the stage, by phone number. */
  notices: Map<string, Map<string, string>>
  connections: Set<Connection>
  hub: EventHub
  journal: Journal
  faults: FaultBox
  media: MediaStore
  counters: Counters
  /** `host:port` that clients reach the media endpoints under. */
  mediaHost: () => string
  /** Next number of a queued stanza; rises over restarts. */
  nextSeq: number
  nextStanzaId: number
  closing: boolean
}

/** An account device: a companion, or the phone itself as number 0. */
export interface Endpoint {
  phone: Phone
  device: number
}

/** Fresh id for a stanza that the server starts. */
export function stanzaId(world: World): string {
  world.nextStanzaId += 1
  return `${Math.floor(Date.now() / 1000)}.${world.nextStanzaId}-${world.nextStanzaId % 100}`
}

/** The account that a user name of a jid stands for, phone number or LID. */
export function accountOf(world: World, user: string): Phone | undefined {
  return world.phones.get(user) ?? world.lids.get(user)
}

/** All companions that are logged in and past the start of their session. */
export function readyDevices(phone: Phone): Device[] {
  return [...phone.devices.values()].filter((device) => device.connection?.ready === true)
}
