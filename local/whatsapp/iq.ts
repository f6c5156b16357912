import type { Connection, Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childrenOf, node } from './nodes.ts'
import type { World } from './world.ts'

/** A request of a logged-in companion. */
export interface IqRequest {
  world: World
  connection: Connection
  device: Device
  phone: Phone
  iq: BinaryNode
  /** First child of the request, which tells what is asked. */
  child: BinaryNode | undefined
}

/** A refusal, answered as an error the client rejects its call with. */
export class IqError extends Error {
  readonly code: number

  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

/** Content of the answer; nothing for an empty one. */
export type IqAnswer = BinaryNode[] | undefined

/** Answers one kind of request; throws an {@link IqError} to refuse. */
export type IqHandler = (request: IqRequest) => IqAnswer | Promise<IqAnswer>

/** Requests by `xmlns type child`; a `*` for the child takes what has no entry of its own. */
export type IqTable = Record<string, IqHandler>

/** The frame around an answer. */
export function resultOf(iq: BinaryNode, content?: IqAnswer): BinaryNode {
  return node('iq', { from: iq.attrs.to, type: 'result', id: iq.attrs.id, t: unixSeconds() }, content)
}

/** The frame around a refusal. */
export function errorOf(iq: BinaryNode, code: number, text: string): BinaryNode {
  return node('iq', { from: iq.attrs.to, type: 'error', id: iq.attrs.id, t: unixSeconds() }, [
    node('error', { code, text }),
  ])
}

/** The handler of a request. */
export function findHandler(table: IqTable, iq: BinaryNode): IqHandler | undefined {
  const { xmlns = '', type = '' } = iq.attrs
  const child = childrenOf(iq)[0]?.tag ?? ''
  return table[`${xmlns} ${type} ${child}`] ?? table[`${xmlns} ${type} *`]
}
