import type { BinaryNode } from '@whiskeysockets/baileys'
import { LRUCache } from 'lru-cache'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import { isSkipped } from '#domains/devices/skips.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { rememberedGroup } from './intake.ts'

/**
 * Gives the conversation of a group its name, if it has none: a message tells only the group's JID, and a group that the device
 * was in before it was linked is announced by nothing else. WhatsApp is asked once per such group, ever.
 */
export const makeGroupNaming = (inbound: InboundDevice) => {
  const named = new LRUCache<string, true>({ max: 1_000 })

  const name = async (jid: string): Promise<void> => {
    const { services, device } = inbound
    const { ctx, threads } = services
    const { tenantId, id: deviceId } = device()
    const thread = await threads.find(ctx, tenantId, deviceId, jid)
    // The message is being stored: the next one finds the conversation.
    if (!thread) return
    const key = conversationKey(tenantId, thread.conversationId)
    const known = await ctx.main.get<Pick<Conversation, 'name'>>(key, { fields: ['name'] })
    if (known && !known.name) {
      const group = await rememberedGroup(inbound, jid)
      const condition = { text: 'attribute_exists(#pk) AND attribute_not_exists(#name)', values: {} }
      await ctx.main.update(key, { set: { name: group.name }, condition, returns: 'none' })
    }
    named.set(jid, true)
  }

  /** Takes every message stanza; those of groups whose conversation has its name cost a look only. */
  return async ({ attrs }: BinaryNode): Promise<void> => {
    const jid = attrs.from
    if (!jid?.endsWith('@g.us') || named.has(jid)) return
    if (!isSkipped(inbound.device().settings, { chat: jid, fromMe: false })) await name(jid)
  }
}
