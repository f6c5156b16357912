import { type BinaryNode, S_WHATSAPP_NET } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { type AppError, type ErrorCode, fail } from '#kit/errors.ts'
import type { LiveSocket } from '../../connection/socket.ts'

/**
 * Persisted queries of WhatsApp's GraphQL envelope. `subscribed` is whatsmeow's, `inviteAdmin` the web client's, the others are
 * those of Baileys.
 */
export const MEX = {
  create: { id: '8823471724422422', path: 'xwa2_newsletter_create' },
  info: { id: '6563316087068696', path: 'xwa2_newsletter' },
  subscribed: { id: '6388546374527196', path: 'xwa2_newsletter_subscribed' },
  follow: { id: '24404358912487870', path: 'xwa2_newsletter_join_v2' },
  unfollow: { id: '9767147403369991', path: 'xwa2_newsletter_leave_v2' },
  mute: { id: '29766401636284406', path: 'xwa2_newsletter_mute_v2' },
  unmute: { id: '9864994326891137', path: 'xwa2_newsletter_unmute_v2' },
  update: { id: '24250201037901610', path: 'xwa2_newsletter_update' },
  inviteAdmin: { id: '9387141988078609', path: 'xwa2_newsletter_admin_invite_create' },
} as const

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string().optional(),
        extensions: z.object({ error_code: z.number().optional() }).nullish(),
      }),
    )
    .nullish(),
})

const CODES: Record<number, ErrorCode> = { 401: 'forbidden', 403: 'forbidden', 404: 'not_found', 405: 'unprocessable' }

/** What WhatsApp's refusal of something about a channel is called here. */
export const refusalOf = (code: number | undefined, text = 'WhatsApp refused the request.'): AppError =>
  fail(CODES[code ?? 0] ?? 'upstream_error', { message: code === undefined ? text : `${text} (${code})` })

/** The code in an error of the client, when the error is WhatsApp's own. */
const codeOf = (error: unknown): number | undefined => {
  const { data, output } = error as { data?: unknown; output?: { statusCode?: number } }
  return typeof data === 'number' ? data : output?.statusCode
}

/** Asks WhatsApp; an answer that is an error becomes one of the catalogue. */
export const askServer = async (socket: LiveSocket, question: BinaryNode): Promise<BinaryNode> => {
  try {
    return await socket.query(question)
  } catch (error) {
    const code = codeOf(error)
    if (code === 408 || code === 428) throw fail('upstream_timeout', { cause: error })
    throw refusalOf(code)
  }
}

const childOf = (node: BinaryNode, tag: string): BinaryNode | undefined =>
  Array.isArray(node.content) ? node.content.find((child) => child.tag === tag) : undefined

/** Carries out a persisted query and gives what stands at its path. Throws what the refusal means, and `upstream_error`. */
export const queryMex = async (
  socket: LiveSocket,
  { id, path }: { id: string; path: string },
  variables: Record<string, unknown>,
): Promise<unknown> => {
  const result = await askServer(socket, {
    tag: 'iq',
    attrs: { id: socket.generateMessageTag(), type: 'get', to: S_WHATSAPP_NET, xmlns: 'w:mex' },
    content: [{ tag: 'query', attrs: { query_id: id }, content: Buffer.from(JSON.stringify({ variables })) }],
  })
  const text = childOf(result, 'result')?.content
  const parsed = answer.safeParse(parseJson(text instanceof Uint8Array ? Buffer.from(text).toString() : String(text)))
  if (!parsed.success) throw fail('upstream_error', { message: 'WhatsApp gave an answer of an unknown form.' })
  const [error] = parsed.data.errors ?? []
  if (error) throw refusalOf(error.extensions?.error_code, error.message)
  const value = parsed.data.data?.[path]
  if (value === undefined || value === null) throw fail('not_found', { message: 'WhatsApp knows no such newsletter.' })
  return value
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
