import {
  type BinaryNode,
  type GroupMetadata,
  jidNormalizedUser,
  proto,
  type WAMessageKey,
} from '@whiskeysockets/baileys'
import type { Thread } from '#domains/conversations/threads.ts'
import type { Device } from '#domains/devices/model.ts'
import { findMessage } from '#domains/messages/repo.ts'
import type { AuthState } from '../auth/auth-state.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { rememberedGroup, takeGroupNews } from '../groups/intake.ts'
import { makeGroupNaming } from '../groups/naming.ts'
import { asClientMetadata } from '../groups/read-group.ts'
import type { RunnerServices } from '../services.ts'
import { completeAddress, namedIn } from './addresses.ts'
import { beforeClient, type Unstorable } from './before-client.ts'
import { handleCall } from './calls.ts'
import { makeReceiptHandler } from './receipts.ts'
import type { Self } from './stanza-facts.ts'

export { completeAddress } from './addresses.ts'

/** What the inbound side knows of its device. */
export type InboundDevice = {
  services: RunnerServices
  device: () => Device
  auth: AuthState
  socket: () => LiveSocket | undefined
}

/** Own addresses as the credentials have them at this moment. */
export const selfOf = (auth: AuthState): Self => ({ pn: auth.creds.me?.id, lid: auth.creds.me?.lid })

/**
 * The conversation of a JID. A chat that was opened under the phone number may be answered under the LID, and the other way
 * round, before any message from there has joined the two.
 */
export const findThread =
  ({ services, device, auth }: InboundDevice) =>
  async (jid: string): Promise<Thread | undefined> => {
    const { tenantId, id: deviceId } = device()
    const direct = await services.threads.find(services.ctx, tenantId, deviceId, jid)
    if (direct || jid.endsWith('@g.us')) return direct
    const person = await completeAddress(auth)(jid.endsWith('@lid') ? { lid: jid } : { pn: jid })
    const other = jid.endsWith('@lid') ? person.pn : person.lid
    return other === undefined ? undefined : services.threads.find(services.ctx, tenantId, deviceId, other)
  }

/** The stored protobuf of a message that somebody could not decrypt and asks for again. */
export const storedMessage =
  (inbound: InboundDevice) =>
  async (key: WAMessageKey): Promise<proto.IMessage | undefined> => {
    const { services, device } = inbound
    if (!key.remoteJid || !key.id) return undefined
    const onItsWay = services.sending.get(key.id)
    if (onItsWay) return onItsWay
    const thread = await findThread(inbound)(jidNormalizedUser(key.remoteJid))
    if (!thread) return undefined
    const message = await findMessage(services.ctx, {
      tenantId: device().tenantId,
      conversationId: thread.conversationId,
      messageId: key.id,
    })
    return message?.proto && proto.Message.decode(message.proto)
  }

/** Metadata of a group for the client's sends, remembered. */
export const groupMetadataOf =
  (inbound: InboundDevice) =>
  async (jid: string): Promise<GroupMetadata> =>
    asClientMetadata(await rememberedGroup(inbound, jid))

/** Listens to everything of a connection that is not a message: receipts, contacts, groups, calls. */
export const attachInbound = (inbound: InboundDevice, socket: LiveSocket, unstorable: Unstorable): void => {
  const { services, device, auth } = inbound
  const { ctx } = services
  const contain =
    (what: string) =>
    (error: unknown): void =>
      ctx.log.warn(`${what} failed`, { deviceId: device().id, error: String(error) })
  const handleReceipt = makeReceiptHandler({
    ctx,
    status: services.status,
    device,
    self: () => selfOf(auth),
    findThread: findThread(inbound),
    named: namedIn(auth),
  })

  const every = { concerns: () => true, oneByOne: false, unstorable }
  beforeClient(inbound, socket, { ...every, event: 'CB:receipt', work: handleReceipt })

  socket.ev.on('contacts.update', (contacts) => {
    const { id, tenantId } = device()
    void services.contacts.save(id, tenantId, contacts).catch(contain('contacts'))
  })

  const nameGroup = makeGroupNaming(inbound)
  socket.ws.on('CB:message', (node: BinaryNode) => void nameGroup(node).catch(contain('name of a group')))
  beforeClient(inbound, socket, { ...every, event: 'CB:notification', work: (node) => takeGroupNews(inbound, node) })

  socket.ev.on('call', (calls) => {
    for (const call of calls) void handleCall(services, device(), socket, call).catch(contain('call'))
  })
}
