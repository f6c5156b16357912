import { z } from 'zod'
import { findLabel, reserveLabelId } from '#domains/chats/repo.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { labelErrors, requireLabel } from './_label.ts'

const body = z
  .object({
    label_id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('Made for a new label that names none; the exact id otherwise'),
    label_name: z.string().min(1).max(100).optional().describe('Required unless the label is deleted'),
    label_color: z.number().int().min(0).max(19).optional().describe('Required unless the label is deleted'),
    delete: z.boolean().optional(),
  })
  .superRefine((label, issues) => {
    const missing = (path: string): void => issues.addIssue({ code: 'custom', path: [path], message: 'is required' })
    if (label.delete && label.label_id === undefined) missing('label_id')
    if (!label.delete && label.label_name === undefined) missing('label_name')
    if (!label.delete && label.label_color === undefined) missing('label_color')
  })

export const operation = defineOperation({
  key: 'digigo POST /label/manage',
  group: 'Label',
  summary: 'Create, change or delete a label',
  auth: ['deviceToken'],
  input: { body },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    label_id: z.string(),
    label_name: z.string().optional(),
    label_color: z.number().int().optional(),
  }),
  errors: labelErrors,
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: { body: { label_name: 'Important', label_color: 1 } },
  handler: async (ctx, { body: label }) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const { label_name: name = '', label_color: color = 0 } = label
    if (label.delete && label.label_id !== undefined) {
      await requireLabel(ctx, device, label.label_id)
      await askDevice(device, { type: 'label.edit', labelId: label.label_id, name, color, deleted: true })
      return { success: true as const, message: 'Label deleted successfully', label_id: label.label_id }
    }
    const known = label.label_id !== undefined && (await findLabel(ctx, device.id, label.label_id))
    const labelId = label.label_id ?? (await reserveLabelId(ctx, { tenantId: device.tenantId, deviceId: device.id }))
    await askDevice(device, { type: 'label.edit', labelId, name, color, deleted: false })
    const message = known ? 'Label updated successfully' : 'Label created successfully'
    return { success: true as const, message, label_id: labelId, label_name: name, label_color: color }
  },
})
