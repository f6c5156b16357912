import { isRefusedForGood } from '#data/refused.ts'
import type { Threads } from '#domains/conversations/threads.ts'
import type { Device } from '#domains/devices/model.ts'
import { recordInbound } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import type { StanzaFacts } from './stanza-facts.ts'
import { lastOf, patiently, toMessage } from './store-message.ts'

type Store = { ctx: Context; threads: Threads; device: () => Device }

const NAME_KEPT = 200

/** The facts as every table takes them: a stanza may name any time, and any name. */
const plain = (facts: StanzaFacts, nowMs: number): StanzaFacts => ({
  ...facts,
  senderName: facts.senderName?.slice(0, NAME_KEPT),
  sentAtMs: facts.sentAtMs > 0 && facts.sentAtMs <= nowMs + 86_400_000 ? facts.sentAtMs : nowMs,
})

const storeReduced = async ({ ctx, threads, device }: Store, given: StanzaFacts, error: unknown): Promise<void> => {
  const { tenantId, id: deviceId } = device()
  const facts = plain(given, ctx.clock.nowMs())
  const { conversationId } = await patiently(() => threads.resolve(ctx, { tenantId, deviceId }, facts.address))
  const reason = error instanceof Error ? error.name : 'Error'
  const content = { kind: 'unsupported' as const, payload: { cut: true, reason } }
  const message = toMessage(ctx, device(), facts, content, { conversationId })
  await patiently(() => recordInbound(ctx, message, lastOf(message)))
}

/**
 * Stores a message by `work`. One that the store refuses for good would come again for ever, and everything behind it: it is kept
 * without its content, as one that is not understood, with the reason. When not even that is taken it is given up, and the log says
 * so. Throws when the store is out of reach.
 */
export const orReduced = async <T>(
  store: Store,
  facts: StanzaFacts,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (!isRefusedForGood(error)) throw error
    const fields = { deviceId: store.device().id, messageId: facts.id }
    store.ctx.log.error('message refused by the store: kept without its content', { ...fields, error: String(error) })
    if (facts.isPeer) return undefined
    await storeReduced(store, facts, error).catch((again: unknown) => {
      if (!isRefusedForGood(again)) throw again
      store.ctx.log.error('message given up: the store refuses it', { ...fields, error: String(again) })
    })
    return undefined
  }
}
