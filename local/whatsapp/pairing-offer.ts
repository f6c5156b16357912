import type { proto } from '@whiskeysockets/baileys'
import type { Connection } from './connection.ts'
import type { BinaryNode } from './nodes.ts'

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
