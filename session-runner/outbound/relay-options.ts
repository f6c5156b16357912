import type { MessageRelayOptions } from '@whiskeysockets/baileys'
import type { WorkOf } from '#domains/commands/model.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Context } from '#kit/context.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { actionAttributes } from './action-content.ts'
import { STATUS_CHAT, statusAudience } from './status-audience.ts'
import { stanzaNodes } from './structured-content.ts'

/** What the client is told about a message beside its content. */
export type RelayOptions = Pick<MessageRelayOptions, 'additionalAttributes' | 'additionalNodes' | 'statusJidList'>

/** The attributes and children that a kind of message needs on its stanza, and for a status post who sees it. */
export const relayOptions = async (
  ctx: Context,
  device: Device,
  { to, content }: Pick<WorkOf<'message.send'>, 'to' | 'content'>,
  socket: LiveSocket,
): Promise<RelayOptions> => ({
  additionalAttributes: actionAttributes(content),
  additionalNodes: stanzaNodes(content, to, ctx.clock.nowMs()),
  statusJidList: to === STATUS_CHAT ? await statusAudience(ctx, device, socket) : undefined,
})
