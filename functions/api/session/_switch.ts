import { z } from 'zod'
import { changeSettings, takeUpSettings } from '#domains/devices/change-settings.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import type { DeviceSettings } from '#domains/devices/model.ts'
import { defineOperation, type ErrorForm } from '#kit/define-operation.ts'
import { commandPort } from '#services'

type SwitchSetting = {
  [Name in keyof DeviceSettings]-?: DeviceSettings[Name] extends boolean ? Name : never
}[keyof DeviceSettings]

/**
 * A setting that is on or off, as two operations show it. `shown` is its name in the answer to a change, `read` in the answer to a
 * question; `words` begin the sentence in `Details`.
 */
export type Switch = {
  path: string
  group: string
  setting: SwitchSetting
  shown: string
  read?: string
  words: string
  what: string
  /** From when on a change counts; from the answer on unless stated. */
  counts?: string
  /** DIGIGO's form of the answer: inside the envelope, or as it is. */
  envelope?: 'standard' | 'flat'
  errorForm?: ErrorForm
  /** Further facts of the answer to a question. */
  beside?: { schema: z.ZodRawShape; facts: () => Record<string, unknown> }
}

const answerSchema = (name: string, more: z.ZodRawShape = {}) =>
  z.object({ Details: z.string(), [name]: z.boolean(), ...more })

/** The operation that sets a switch. When it answers, the task that owns the device works by the new value. */
export const setSwitch = (spec: Switch) =>
  defineOperation({
    key: `digigo POST ${spec.path}`,
    group: spec.group,
    summary: `Set: ${spec.what}`,
    description: `${spec.what}. ${spec.counts ?? 'It counts from the answer on, also for a session that is connected.'}`,
    auth: ['deviceToken'],
    input: { body: z.object({ enabled: z.boolean() }) },
    output: answerSchema(spec.shown),
    envelope: spec.envelope,
    errorForm: spec.errorForm,
    errors: ['validation_failed', 'unauthenticated', 'try_again'],
    needs: { main: 'readWrite', session: 'read', commands: 'send' },
    examples: { body: { enabled: true } },
    handler: async (ctx, { body }) => {
      const device = await ownDevice(ctx, ctx.actor)
      const changed = await changeSettings(ctx, device, { [spec.setting]: body.enabled })
      await takeUpSettings(commandPort(), changed)
      return {
        Details: `${spec.words} configuration updated successfully`,
        [spec.shown]: changed.settings[spec.setting] === true,
      }
    },
  })

/** The operation that shows a switch. */
export const getSwitch = (spec: Switch) => {
  const name = spec.read ?? spec.shown
  return defineOperation({
    key: `digigo GET ${spec.path}`,
    group: spec.group,
    summary: `Get: ${spec.what}`,
    auth: ['deviceToken'],
    input: {},
    output: answerSchema(name, spec.beside?.schema),
    envelope: spec.envelope,
    errorForm: spec.errorForm,
    errors: ['unauthenticated'],
    needs: { main: 'read' },
    handler: async (ctx) => {
      const { settings } = await ownDevice(ctx, ctx.actor)
      return {
        [name]: settings[spec.setting] === true,
        ...spec.beside?.facts(),
        Details: `${spec.words} configuration retrieved successfully`,
      }
    },
  })
}
