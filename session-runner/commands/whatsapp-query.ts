import type { BinaryNode } from '@whiskeysockets/baileys'
import { AppError, fail } from '#kit/errors.ts'
import type { LiveSocket } from '../connection/socket.ts'

/** Milliseconds WhatsApp has for an answer: less than what the caller waits. */
const ANSWER_MS = 15_000

/** Where requests go that no group is concerned with. */
const SERVER = '@s.whatsapp.net'

const CONNECTION_CLOSED = 428

/** A request to WhatsApp: its namespace, whether it reads or changes, what it says, and how many milliseconds the answer may take. */
type Question = {
  xmlns: string
  type: 'get' | 'set'
  to?: string
  target?: string
  content?: BinaryNode[]
  waitMs?: number
}

/**
 * Asks WhatsApp and gives its answer. The client's own functions take silence for a success (seen in Baileys' `query`, which
 * gives nothing after a timeout), so requests whose effect is promised to somebody go through here. Throws `upstream_timeout`,
 * `device_not_connected` when the connection ends meanwhile, and `upstream_error` with WhatsApp's words for a refusal, whose code
 * `refusalOf` tells.
 */
export const queryWhatsApp = async (socket: LiveSocket, question: Question): Promise<BinaryNode> => {
  const { content, to = SERVER, target, waitMs = ANSWER_MS, ...attrs } = question
  const node = { tag: 'iq', attrs: { to, ...(target !== undefined && { target }), ...attrs }, content }
  const answer = (await socket.query(node, waitMs).catch(explain)) as BinaryNode | undefined
  if (!answer) throw fail('upstream_timeout')
  return answer
}

const explain = (error: unknown): never => {
  const { data, output } = (error ?? {}) as { data?: unknown; output?: { statusCode?: number } }
  // After a close the client rejects with the bare close code (seen in Baileys).
  if (typeof error === 'number' || output?.statusCode === CONNECTION_CLOSED) throw fail('device_not_connected')
  if (output?.statusCode === 408) throw fail('upstream_timeout')
  const message = error instanceof Error ? error.message : undefined
  throw fail('upstream_error', {
    message,
    internal: { refusal: typeof data === 'number' ? data : undefined },
    cause: error,
  })
}

/** The code with which WhatsApp refused a request; undefined when it did not. */
export const refusalOf = (error: unknown): number | undefined =>
  error instanceof AppError ? (error.internal?.refusal as number | undefined) : undefined

/** Child nodes of a tag. */
export const childrenOf = (node: BinaryNode | undefined, tag: string): BinaryNode[] =>
  Array.isArray(node?.content) ? node.content.filter((child) => child.tag === tag) : []

/** The first child node at the end of a path of tags. */
export const childAt = (node: BinaryNode | undefined, ...path: string[]): BinaryNode | undefined =>
  path.reduce<BinaryNode | undefined>((at, tag) => childrenOf(at, tag)[0], node)

/** Content as text: short words come decoded, longer ones as bytes. Undefined for none. */
export const textOf = (node: BinaryNode | undefined): string | undefined => {
  const content = node?.content
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : undefined
}
