import type { proto } from '@whiskeysockets/baileys'
import type { BinaryNode } from './nodes.ts'

/** A stanza that a device has not confirmed yet. */
export interface PendingStanza {
  seq: number
  key: string
  stanza: BinaryNode
  /** Sent on the present connection already. */
  sent: boolean
}

/** A linked companion device. */
export interface Device {
  id: number
  phone: string
  noisePublic: Buffer
  identityPublic: Buffer
  registrationId: number
  signedPreKey: { id: number; value: Buffer; signature: Buffer }
  /** One-time prekeys, 35 bytes each: id (3) and value (32). */
  preKeys: Buffer
  preKeysTaken: number
  platform: string
  linkedAt: number
  /** App-state key share and history were sent. */
  synced: boolean
  lastSeen?: number
  connection?: Connection
  /** Told the server `available`. */
  available: boolean
  pending: Map<number, PendingStanza>
  pendingByKey: Map<string, number[]>
  framesIn: number
  framesOut: number
}

/** The connection of a companion, as those see it who talk to that through it. */
export interface Connection {
  /** The companion that logged in here. */
  device: Device | undefined
  /** Set while this connection registers a new companion. */
  pairing: PairingOffer | undefined
  /** The start of the session is over: live stanzas may be sent. */
  ready: boolean
  /** Nothing leaves any more; set by the silence fault. */
  silent: boolean
  ended: boolean
  /** Encrypts and writes a stanza. Ignored once the connection ended or while it is silenced. */
  send(stanza: BinaryNode): void
  /** Closes in an orderly way after what was written. */
  close(): void
  /** Cuts the TCP connection. */
  drop(): void
}

/** A pairing by eight-character code in progress. */
export interface CodePairing {
  /** Number that the companion wants to be linked to. */
  phone: string
  ref: string
  /** salt (32), iv (16), encrypted ephemeral public key (32). */
  wrappedEphemeral: Buffer
  /** Known once the phone entered the code. */
  companionEphemeral?: Buffer
  phoneEphemeralPrivate?: Buffer
}

/** A companion that is connected and waits to be linked. */
export interface PairingOffer {
  connection: Connection
  noisePublic: Buffer
  registration: proto.ClientPayload.IDevicePairingRegistrationData
  refs: string[]
  code?: CodePairing
  /** Waits for the companion's signature under the id of pair-success; resolved with nothing when it went away. */
  pendingAnswer?: { id: string; resolve: (answer: BinaryNode | undefined) => void }
  /** Waits for the companion's key bundle of a code pairing; resolved with nothing when it went away. */
  pendingFinish?: (advSecret: Buffer | undefined) => void
}
