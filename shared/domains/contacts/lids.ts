import { exists, type Key } from '#data/expressions.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { CommandPort } from '../commands/dispatch.ts'
import type { Device } from '../devices/model.ts'
import { userOf } from './model.ts'
import { findAddresses } from './people.ts'

/** That a phone number and a LID are the same person, as a device learnt it. The task that owns the device writes it. */
export type LidMapping = {
  /** Digits. */
  phone: string
  /** User part of the LID. */
  lid: string
  /** When the device learnt it. RFC 3339. */
  learntAt: string
  /** Look-ups by the API, and the last of them. */
  useCount?: number
  usedAt?: string
}

/** Sort keys of the mappings of a device begin so; they lie in the device's partition. */
export const LID_MAPPINGS = 'LM#'

const keyOf = (deviceId: string, phone: string): Key => ({ pk: `D#${deviceId}`, sk: `${LID_MAPPINGS}${phone}` })
const byLid = (deviceId: string): string => `LM#${deviceId}`

/** The item of a mapping: found by phone number, and by LID through the index. */
export const lidMappingItem = (
  { id, tenantId }: { id: string; tenantId: string },
  { phone, lid, learntAt }: Pick<LidMapping, 'phone' | 'lid' | 'learntAt'>,
): Record<string, string> => ({
  ...keyOf(id, phone),
  gsi1pk: byLid(id),
  gsi1sk: lid,
  tenantId,
  deviceId: id,
  phone,
  lid,
  learntAt,
})

/** The mapping of a phone number (digits). */
export const findLidOfPhone = (ctx: Context, deviceId: string, phone: string): Promise<LidMapping | undefined> =>
  ctx.main.get<LidMapping>(keyOf(deviceId, phone))

/** The mapping of a LID (user part). One learnt a moment ago may not be found yet. */
export const findPhoneOfLid = async (ctx: Context, deviceId: string, lid: string): Promise<LidMapping | undefined> => {
  const { items } = await ctx.main.query<Key & { gsi1sk: string }>({ pk: byLid(deviceId), index: 'gsi1', prefix: lid })
  const found = items.find(({ gsi1sk }) => gsi1sk === lid)
  const mapping = found && (await ctx.main.get<LidMapping>({ pk: found.pk, sk: found.sk }))
  return mapping?.lid === lid ? mapping : undefined
}

/** Counts a look-up of a mapping. */
export const noteLidUse = async (ctx: Context, deviceId: string, phone: string): Promise<void> => {
  await ctx.main.update(keyOf(deviceId, phone), {
    add: { useCount: 1 },
    set: { usedAt: isoTime(ctx.clock.nowMs()) },
    condition: exists,
    returns: 'none',
  })
}

/** All mappings of a device, in the order it learnt them. */
export const listLidMappings = async (ctx: Context, deviceId: string): Promise<LidMapping[]> => {
  const found: LidMapping[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<LidMapping>({ pk: `D#${deviceId}`, prefix: LID_MAPPINGS, startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found.sort((a, b) => a.learntAt.localeCompare(b.learntAt) || a.phone.localeCompare(b.phone))
}

/** A mapping as it is known now. */
type Known = Pick<LidMapping, 'phone' | 'lid' | 'learntAt'>

/**
 * The LID of a phone number: as the device learnt it, else as the task that holds its connection knows it or learns it now by
 * asking WhatsApp. Undefined for a number that WhatsApp does not know. Throws what `reach` and `ask` do; `reach` gives the way to the task.
 */
export const resolveLid = async (
  ctx: Context,
  device: Device,
  phone: string,
  reach: () => CommandPort,
): Promise<Known | undefined> => {
  const known = await findLidOfPhone(ctx, device.id, phone)
  if (known) return known
  const { lid } = await findAddresses(reach(), device, `${phone}@s.whatsapp.net`)
  return lid === undefined ? undefined : learntNow(ctx, phone, userOf(lid))
}

/** The phone number of a LID, likewise; WhatsApp itself does not tell it. */
export const resolvePhone = async (
  ctx: Context,
  device: Device,
  lid: string,
  reach: () => CommandPort,
): Promise<Known | undefined> => {
  const known = await findPhoneOfLid(ctx, device.id, lid)
  if (known) return known
  const { pn } = await findAddresses(reach(), device, `${lid}@lid`)
  if (pn === undefined) return undefined
  return (await findLidOfPhone(ctx, device.id, userOf(pn))) ?? learntNow(ctx, userOf(pn), lid)
}

const learntNow = (ctx: Context, phone: string, lid: string): Known => ({
  phone,
  lid,
  learntAt: isoTime(ctx.clock.nowMs()),
})
