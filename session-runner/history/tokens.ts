import { jidNormalizedUser, type proto, type SignalDataTypeMap } from '@whiskeysockets/baileys'
import type { LiveSocket } from '../connection/socket.ts'

type Token = SignalDataTypeMap['tctoken']

/** The entry in which the client lists whom it has tokens of, as JSON, to remove old ones (seen in Baileys). */
const INDEX = '__index'

/**
 * Keeps the trust tokens that conversations carry, under the LID where it is known, as the client does with history it reads itself
 * (Baileys' `storeTcTokensFromHistorySync`): without one WhatsApp may refuse the first message to a person. An older one is left.
 */
export const takeTokens = async (socket: LiveSocket, conversations: readonly proto.IConversation[]): Promise<void> => {
  const { keys } = socket.authState
  const found = new Map<string, Token>()
  for (const { id, tcToken, tcTokenTimestamp, tcTokenSenderTimestamp } of conversations) {
    const timestamp = Number(tcTokenTimestamp ?? 0)
    if (!id || !tcToken?.length || timestamp <= 0) continue
    const jid = jidNormalizedUser(id)
    const lid = jid.endsWith('@lid') ? jid : await socket.signalRepository.lidMapping.getLIDForPN(jid)
    const senderTimestamp = tcTokenSenderTimestamp ? Number(tcTokenSenderTimestamp) : undefined
    found.set(lid ?? jid, { token: Buffer.from(tcToken), timestamp: String(timestamp), senderTimestamp } as Token)
  }
  if (found.size === 0) return
  const known = await keys.get('tctoken', [...found.keys(), INDEX])
  const fresh = [...found].filter(([jid, { timestamp }]) => Number(known[jid]?.timestamp ?? 0) < Number(timestamp))
  if (fresh.length === 0) return
  const index = new Set([...listed(known[INDEX]), ...fresh.map(([jid]) => jid)])
  const entries = fresh.map(([jid, token]) => [jid, { ...known[jid], ...defined(token) }])
  const listing = { token: Buffer.from(JSON.stringify([...index])) } as Token
  await keys.set({ tctoken: { ...Object.fromEntries(entries), [INDEX]: listing } })
}

const listed = (entry: Token | undefined): string[] => {
  if (!entry?.token?.length) return []
  try {
    const jids: unknown = JSON.parse(Buffer.from(entry.token).toString('utf8'))
    return Array.isArray(jids) ? jids.filter((jid) => typeof jid === 'string') : []
  } catch {
    return []
  }
}

const defined = (token: Token): Partial<Token> =>
  Object.fromEntries(Object.entries(token).filter(([, value]) => value !== undefined))
