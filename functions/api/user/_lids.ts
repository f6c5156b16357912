import { z } from 'zod'
import { type LidMapping, noteLidUse, resolveLid, resolvePhone } from '#domains/contacts/lids.ts'
import { userOf } from '#domains/contacts/model.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import type { Device } from '#domains/devices/model.ts'
import { hasLogin, unixSeconds } from '#domains/devices/status.ts'
import { assertCanSend } from '#domains/messages/send-rules.ts'
import { defineOperation, type OperationContext, type OperationSpec } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { documented, liveErrors, phoneJid, refuse } from './_live.ts'

/** `digits[:device]@lid`; some clients write an agent before it. */
const LID = /^(?:\d+:)?([\w]+)(?::\d+)?@lid$/

/** A device with a login. The stored mappings answer while its connection is down. */
const loggedInDevice = async (ctx: OperationContext): Promise<Device> => {
  const device = await ownDevice(ctx, ctx.actor)
  if (!hasLogin(device)) throw fail('no_session')
  return device
}

/** The way to the task that holds the device's connection, for what is not stored. */
const reach = (device: Device) => () => {
  assertCanSend(device, 'session')
  return commandPort()
}

const answer = z.object({
  success: z.literal(true),
  phone: z.string(),
  lid: z.string(),
  created_at: z.number().int().describe('When the device learnt it, Unix seconds'),
  message: z.string(),
})

const shown = (found: Pick<LidMapping, 'phone' | 'lid' | 'learntAt'>, asked: { phone?: string; lid?: string }) => ({
  success: true as const,
  phone: asked.phone ?? `${found.phone}@s.whatsapp.net`,
  lid: asked.lid ?? `${found.lid}@lid`,
  created_at: unixSeconds(found.learntAt),
})

/** The LID of a phone number or JID. Throws `not_found` when WhatsApp knows none. */
const lidOf = async (ctx: OperationContext, asked: string | undefined) => {
  const words = 'invalid phone/JID format'
  const phone = userOf(phoneJid(asked ?? '', words))
  const device = await loggedInDevice(ctx)
  const found = await documented('failed to get LID', resolveLid(ctx, device, phone, reach(device)))
  if (!found) throw fail('not_found', { message: 'no LID found: the number is not on WhatsApp' })
  await noteLidUse(ctx, device.id, phone)
  return { ...shown(found, { phone: asked }), message: 'LID retrieved successfully' }
}

/** The phone number of a LID. Throws `not_found` for one that the device has not learnt. */
const phoneOf = async (ctx: OperationContext, asked: string | undefined) => {
  const lid = LID.exec(asked?.trim() ?? '')?.[1]
  if (lid === undefined) throw refuse('invalid LID format')
  const device = await loggedInDevice(ctx)
  const found = await documented('failed to get phone', resolvePhone(ctx, device, lid, reach(device)))
  if (!found) {
    throw fail('not_found', {
      message: 'could not resolve LID to phone number. The LID mapping may not be cached locally',
    })
  }
  await noteLidUse(ctx, device.id, found.phone)
  return { ...shown(found, { lid: asked }), message: 'Phone/JID retrieved successfully' }
}

const common = {
  group: 'User LID',
  auth: ['deviceToken'],
  output: answer,
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'not_found'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
} as const satisfies Partial<OperationSpec<object, typeof answer>>

const phoneInput = z.object({ phone: z.string().optional().describe('Required. Phone number or JID') })
const lidInput = z.object({ lid: z.string().optional().describe('Required. LID as JID, for example 123456@lid') })
const PHONE = { phone: '5521971532700@s.whatsapp.net' }
const EXAMPLE_LID = { lid: '121605360230420@lid' }

/** The LID of a phone number, asked by query. */
export const lidByQuery = () =>
  defineOperation({
    ...common,
    key: 'digigo GET /user/lid/get',
    summary: 'LID of a phone or JID (query)',
    input: { query: phoneInput },
    examples: { query: PHONE },
    handler: (ctx, { query }) => lidOf(ctx, query.phone),
  })

/** The LID of a phone number, asked by body. */
export const lidByBody = () =>
  defineOperation({
    ...common,
    key: 'digigo POST /user/lid/get',
    summary: 'LID of a phone or JID (body)',
    input: { body: phoneInput },
    examples: { body: PHONE },
    handler: (ctx, { body }) => lidOf(ctx, body.phone),
  })

/** The phone number of a LID, asked by query. */
export const phoneByQuery = () =>
  defineOperation({
    ...common,
    key: 'digigo GET /user/lid/from-lid',
    summary: 'Phone or JID of a LID (query)',
    input: { query: lidInput },
    examples: { query: EXAMPLE_LID },
    handler: (ctx, { query }) => phoneOf(ctx, query.lid),
  })

/** The phone number of a LID, asked by body. */
export const phoneByBody = () =>
  defineOperation({
    ...common,
    key: 'digigo POST /user/lid/from-lid',
    summary: 'Phone or JID of a LID (body)',
    input: { body: lidInput },
    examples: { body: EXAMPLE_LID },
    handler: (ctx, { body }) => phoneOf(ctx, body.lid),
  })
