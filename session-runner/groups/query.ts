import type { BinaryNode } from '@whiskeysockets/baileys'
import { type AppError, fail } from '#kit/errors.ts'
import { queryWhatsApp, refusalOf } from '../commands/whatsapp-query.ts'
import type { LiveSocket } from '../connection/socket.ts'

/** WhatsApp's server refused a request about a group. `code` is its own (401, 403, 404, 409 …). */
export class GroupRefusal extends Error {
  readonly code: number
  /** The same under the name that the client's own errors have it by: a send goes through the client. */
  readonly data: number

  constructor(code: number) {
    super(`WhatsApp refused it with ${code}`)
    this.code = code
    this.data = code
  }
}

/** Where requests go that concern no group that exists. */
export const GROUP_SERVER = '@g.us'

/** A request about groups (`w:g2`). `to` is the group, or {@link GROUP_SERVER}. Throws what {@link asRefusal} makes of a failure. */
export const groupRequest = (
  socket: LiveSocket,
  type: 'get' | 'set',
  to: string,
  child: BinaryNode,
): Promise<BinaryNode> => asRefusal(() => queryWhatsApp(socket, { xmlns: 'w:g2', type, to, content: [child] }))

/** Does a request; what WhatsApp refused becomes a {@link GroupRefusal}, all else is thrown as it is. */
export const asRefusal = async (work: () => Promise<BinaryNode>): Promise<BinaryNode> => {
  try {
    return await work()
  } catch (error) {
    const code = refusalOf(error)
    throw code === undefined ? error : new GroupRefusal(code)
  }
}

/** What a refusal means where no rule of its own applies. */
export const explainRefusal = (error: unknown): AppError | undefined => {
  if (!(error instanceof GroupRefusal)) return undefined
  switch (error.code) {
    case 401:
    case 403:
      return fail('forbidden', { message: 'WhatsApp does not let this number do that.' })
    case 404:
      return fail('group_unknown')
    case 409:
      return fail('conflict', { message: 'Somebody changed the group at the same time, or it is so already.' })
    case 419:
      return fail('group_full')
    case 429:
      return fail('rate_limited', { message: 'WhatsApp takes no more changes of groups from this number for now.' })
    case 400:
    case 406:
      return fail('unprocessable', { message: 'WhatsApp does not accept this for the group.' })
    default:
      return fail('upstream_error', { message: `WhatsApp refused it with ${error.code}.` })
  }
}
