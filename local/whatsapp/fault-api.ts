import { usePreKeys } from './accounts.ts'
import { askForPreKeys } from './bundles.ts'
import type { Connection } from './companion.ts'
import { sendStreamError } from './dispatch.ts'
import { actsAtOnce, type Fault, type FaultInput, faultInput } from './faults.ts'
import { phoneDigits, SERVER_JID } from './jid.ts'
import { node } from './nodes.ts'
import type { World } from './world.ts'

/** What setting a fault gives: the fault that waits, or how many devices an immediate one struck. */
export interface FaultResult {
  id?: string
  kind: FaultInput['kind']
  /** Connected devices that the fault struck at once. */
  struck: number
}

/** Sets and clears faults. */
export interface FaultApi {
  set(input: FaultInput): FaultResult
  list(): Fault[]
  /** Clears one by id, or all; gives how many. */
  clear(id?: string): number
}

/** Faults that end connections. */
const CUTS = new Set<FaultInput['kind']>(['disconnect', 'stream-error'])

function concerned(world: World, input: FaultInput): Connection[] {
  // Somebody who is still linking is nobody's device yet, and can lose the connection all the same.
  const everybody = input.phone === undefined && input.device === undefined
  return [...world.connections].filter(
    ({ device }) =>
      (device !== undefined || (everybody && CUTS.has(input.kind))) &&
      (input.phone === undefined || input.phone === device?.phone) &&
      (input.device === undefined || input.device === device?.id),
  )
}

/** Prekeys that are left when others have used them. */
const PRE_KEYS_LEFT = 2

/** Asks a client whether it is there, as the protocol's servers may. */
function sendPing(connection: Connection): void {
  connection.send(node('iq', { from: SERVER_JID, type: 'get', id: 'ping', xmlns: 'urn:xmpp:ping' }))
}

function strike(world: World, input: FaultInput, connection: Connection): void {
  const { device } = connection
  if (input.kind === 'stream-error') sendStreamError(connection, input.code ?? 503)
  else if (input.kind === 'disconnect') connection.drop()
  else if (input.kind === 'silence') connection.silent = true
  else if (input.kind === 'ping') sendPing(connection)
  else if (input.kind === 'prekey-low' && device) {
    const phone = world.phones.get(device.phone)
    if (phone) askForPreKeys(world, { phone, device: device.id })
  } else if (input.kind === 'prekeys-used' && device) usePreKeys(device, PRE_KEYS_LEFT)
}

/** Silenced connections speak again when no fault silences them any more. */
function unsilence(world: World): void {
  const left = world.faults.list().filter((fault) => fault.kind === 'silence')
  for (const connection of world.connections) {
    if (connection.silent && !left.some((fault) => concerned(world, fault).includes(connection)))
      connection.silent = false
  }
}

function setFault(world: World, raw: FaultInput): FaultResult {
  const parsed = faultInput.parse(raw)
  const input = { ...parsed, ...(parsed.phone === undefined ? {} : { phone: phoneDigits(parsed.phone) }) }
  const targets = actsAtOnce(input.kind) || input.kind === 'silence' ? concerned(world, input) : []
  for (const connection of targets) strike(world, input, connection)
  world.hub.emit({
    type: 'fault',
    phone: input.phone,
    device: input.device,
    data: { set: input.kind, code: input.code },
  })
  if (actsAtOnce(input.kind)) return { kind: input.kind, struck: targets.length }
  const fault = world.faults.add(input)
  if (fault.kind === 'silence' && input.ms !== undefined) setTimeout(() => unsilence(world), input.ms + 1).unref()
  return { id: fault.id, kind: fault.kind, struck: targets.length }
}

/** The fault controls of a network. */
export function faultApi(world: World): FaultApi {
  return {
    set: (input) => setFault(world, input),
    list: () => world.faults.list(),
    clear(id) {
      const gone = world.faults.clear(id)
      unsilence(world)
      return gone.length
    },
  }
}
