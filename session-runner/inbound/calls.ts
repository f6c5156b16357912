import type { WACallEvent } from '@whiskeysockets/baileys'
import { dispatch, makeCommand } from '#domains/commands/dispatch.ts'
import type { Device } from '#domains/devices/model.ts'
import { rejectsCalls } from '#domains/devices/skips.ts'
import { isoTime } from '#kit/clock.ts'
import { newWaMessageId } from '#kit/ids.ts'
import type { LiveSocket } from '../connection/socket.ts'
import type { RunnerServices } from '../services.ts'
import { bareJid } from './stanza-facts.ts'

/** Puts the device's answer to calls into its own queue, as any other message: stored, in order, once per call. */
const answer = async (services: RunnerServices, device: Device, call: WACallEvent): Promise<void> => {
  const text = device.settings.callRejectMessage
  if (!text) return
  const to = bareJid(call.callerPn ?? call.from)
  const address = to.endsWith('@lid') ? { lid: to } : { pn: to }
  const place = { tenantId: device.tenantId, deviceId: device.id }
  const { conversationId } = await services.threads.resolve(services.ctx, place, address)
  const { clock } = services.ctx
  const command = makeCommand(
    clock,
    device,
    {
      type: 'message.send',
      conversationId,
      messageId: newWaMessageId(),
      to,
      content: { kind: 'text', text },
      context: {},
      source: 'call-rejection',
      acceptedAt: isoTime(clock.nowMs()),
    },
    { id: `cmd_call_${device.id}_${call.id}` },
  )
  await dispatch(services.commands, device, command)
}

/** Rejects an incoming call when the device's settings say so, and tells the caller in words. Group calls are only rejected. */
export const handleCall = async (
  services: RunnerServices,
  device: Device,
  socket: LiveSocket,
  call: WACallEvent,
): Promise<void> => {
  services.ringing.note(device.id, call)
  if (!rejectsCalls(device.settings) || call.status !== 'offer') return
  await socket.rejectCall(call.id, call.from)
  services.ringing.ended(device.id, call.id)
  if (!call.isGroup) await answer(services, device, call)
}
