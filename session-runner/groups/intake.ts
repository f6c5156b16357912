import type { BinaryNode } from '@whiskeysockets/baileys'
import { isSkipped } from '#domains/devices/skips.ts'
import type { GroupNews } from '#domains/groups/changes.ts'
import type { Group } from '#domains/groups/model.ts'
import { recordGroupNews } from '#domains/groups/record.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { patiently } from '../inbound/store-message.ts'
import { askGroup, isSame } from './as-member.ts'
import { personFrom } from './nodes.ts'
import { isGroupNews, pairsIn, readGroupNews } from './read-news.ts'

type Pair = { phone: string; lid: string }

/** Both addresses of the members of a group, where both are known. */
const pairsOf = ({ members }: Group): Pair[] =>
  members.flatMap(({ phone, lid }) => (phone && lid ? [{ phone, lid }] : []))

/** Keeps which phone number and which LID are one person; what is kept already costs a look only. */
const learn = (inbound: InboundDevice, pairs: Pair[]): void => {
  const socket = inbound.socket()
  if (!socket || pairs.length === 0) return
  const named = pairs.map(({ phone, lid }) => ({ pn: `${phone}@s.whatsapp.net`, lid: `${lid}@lid` }))
  socket.signalRepository.lidMapping.storeLIDPNMappings(named).catch((error: unknown) => {
    inbound.services.ctx.log.warn('LIDs not kept', { deviceId: inbound.device().id, error: String(error) })
  })
}

/** A group as it is remembered, or asked for over the present connection. Throws when there is none, and what asking throws. */
export const rememberedGroup = async (inbound: InboundDevice, jid: string): Promise<Group> => {
  const { services, device, socket } = inbound
  return services.groups.get(device().id, jid, async () => {
    const live = socket()
    if (!live) throw new Error('not connected')
    const group = await askGroup(live, jid)
    learn(inbound, pairsOf(group))
    return group
  })
}

/**
 * Takes a notification about a group: what is remembered of the group changes at once, and when this resolves the changes are
 * stored with their events. Other notifications pass. Throws when the store is out of reach.
 */
export const takeGroupNews = async (inbound: InboundDevice, node: BinaryNode): Promise<void> => {
  if (!isGroupNews(node)) return
  const { services } = inbound
  const { id: deviceId, tenantId, settings } = inbound.device()
  const news = readGroupNews(node)
  for (const one of news) services.groups.apply(deviceId, one)
  learn(inbound, pairsIn(news))
  const { me } = inbound.auth.creds
  const own = personFrom(me?.id, me?.lid)
  for (const one of news) {
    const isOwn = one.by !== undefined && isSame(one.by, own)
    if (!isSkipped(settings, { chat: one.jid, fromMe: isOwn })) await store(inbound, { tenantId, deviceId }, one, isOwn)
  }
}

const store = async (
  { services }: InboundDevice,
  place: { tenantId: string; deviceId: string },
  news: GroupNews,
  isOwn: boolean,
): Promise<void> => {
  const { ctx, threads } = services
  const name = news.change.kind === 'join' ? news.change.group.name : undefined
  const { conversationId } = await patiently(() => threads.resolve(ctx, place, { group: news.jid }, name))
  await patiently(() => recordGroupNews(ctx, { ...place, conversationId }, news, isOwn))
}
