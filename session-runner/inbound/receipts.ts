import type { BinaryNode } from '@whiskeysockets/baileys'
import type { Thread } from '#domains/conversations/threads.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Context } from '#kit/context.ts'
import type { NamedPerson } from './addresses.ts'
import { type Attrs, bareJid, receiptIds, type Self } from './stanza-facts.ts'
import type { StatusWriter } from './status-writer.ts'

/** Receipt types by what they say about a message of ours; others (retry, sender, inactive, …) say nothing of it. */
const MEANING: Record<string, 'delivered' | 'read'> = { '': 'delivered', read: 'read', played: 'read' }

type ReceiptNode = { tag?: string; attrs: Attrs; content?: unknown }

/** What a receipt says about one message that this account sent, and who got or read it. */
type ReceiptFacts = { chat: string; id: string; status: 'delivered' | 'read'; atMs: number; reader: string }

const childrenOf = ({ content }: ReceiptNode, tag: string): ReceiptNode[] =>
  Array.isArray(content) ? (content as ReceiptNode[]).filter((child) => child.tag === tag) : []

/** Who got or read which messages, and when (Unix seconds). */
const claimsIn = (node: ReceiptNode): { reader: string; ids: string[]; t: string | undefined }[] => {
  const { from = '', participant, t } = node.attrs
  // Of a group, WhatsApp may tell of many members at once: one list for each message (whatsmeow's `handleGroupedReceipt`).
  const grouped = participant ? [] : childrenOf(node, 'participants')
  if (grouped.length === 0) return [{ reader: participant ?? from, ids: receiptIds(node), t }]
  return grouped.flatMap((list) =>
    childrenOf(list, 'user').flatMap(({ attrs }) =>
      attrs.jid && list.attrs.key ? [{ reader: attrs.jid, ids: [list.attrs.key], t: attrs.t ?? t }] : [],
    ),
  )
}

/** What a receipt stanza says about messages that this account sent; nothing when it is about something else. */
export const readReceipt = (node: ReceiptNode, self: Self): ReceiptFacts[] => {
  const { from, type = '' } = node.attrs
  const status = MEANING[type]
  if (!status || !from) return []
  const own = [self.pn, self.lid].flatMap((jid) => (jid ? [bareJid(jid)] : []))
  return (
    claimsIn(node)
      // What an own device read is about messages of others.
      .filter(({ reader }) => !own.includes(bareJid(reader)))
      .flatMap(({ reader, ids, t }) => {
        const common = { chat: bareJid(from), status, atMs: Number(t ?? 0) * 1000, reader: bareJid(reader) }
        return ids.map((id) => ({ ...common, id }))
      })
  )
}

/** Turns receipts into states of stored messages; resolves when they are stored. */
export const makeReceiptHandler =
  (options: {
    ctx: Context
    status: StatusWriter
    device: () => Device
    self: () => Self
    findThread: (jid: string) => Promise<Thread | undefined>
    /** A person with both addresses, as far as known. */
    named: (jid: string) => Promise<NamedPerson>
  }) =>
  async (node: BinaryNode): Promise<void> => {
    const receipts = readReceipt(node, options.self())
    const [first] = receipts
    if (!first) return
    const { tenantId } = options.device()
    const thread = await options.findThread(first.chat)
    if (!thread) return
    const nowMs = options.ctx.clock.nowMs()
    await Promise.all(
      receipts.map(async ({ id, status, atMs, reader }) => {
        const ref = { tenantId, conversationId: thread.conversationId, messageId: id }
        await options.status.receipt(ref, status, atMs || nowMs, await options.named(reader))
      }),
    )
  }
