import { z } from 'zod'
import type { Device } from '#domains/devices/model.ts'
import { listLinkedGroups } from '#domains/groups/ask.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fail, toAppError } from '#kit/errors.ts'
import { waMessageIdFor } from '#kit/ids.ts'
import { communityErrors, communityJid, communityNeeds } from './_community.ts'

/** Milliseconds for finding out where it goes: the sends need the rest of the time a caller has. */
const LOOKUP_MS = 4_000

const sendTo = (ctx: OperationContext, device: Device, jid: string, text: string) => {
  const reserved = ctx.reserved?.messageId
  return sendMessage(ctx, sendPorts(), {
    tenantId: device.tenantId,
    deviceId: device.id,
    device,
    to: { jid, address: { group: jid }, isGroup: true },
    content: { kind: 'text', text },
    readiness: 'session',
    reservedId: reserved && waMessageIdFor(reserved, jid),
  })
}

const failure = z.object({ group_jid: z.string(), error: z.string() })

export const operation = defineOperation({
  key: 'digigo POST /community/announcement',
  group: 'Community',
  summary: 'Announce to a community',
  description:
    'The text goes to the announcement group, which holds all members, and to every other linked group; groups where the device may not write are named in `failed_groups`.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      community_jid: communityJid('invalid community JID format'),
      message: z.string().min(1, 'message text is required').max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    community_jid: z.string(),
    announcement_text: z.string(),
    sent_to_groups: z.number().int(),
    failed_groups: z.array(failure).optional(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  refusals: {
    community_jid: { missing: 'community JID is required', wrong: 'invalid community JID format' },
    message: { missing: 'message text is required' },
  },
  errors: [...communityErrors, 'operation_failed'],
  needs: { ...communityNeeds, main: 'readWrite' },
  idempotent: true,
  examples: {
    body: {
      community_jid: '120363025246487852@g.us',
      message: 'Important community announcement for all members',
    },
  },
  handler: async (ctx, { body }) => {
    const { port, device } = await readyDevice(ctx)
    const { jid, given } = body.community_jid
    const { groups, isAdmin } = await listLinkedGroups(port, device, jid, LOOKUP_MS)
    if (!isAdmin) throw fail('not_group_admin', { message: 'only community admins can send announcements' })
    const outcomes = await Promise.allSettled(groups.map((group) => sendTo(ctx, device, group.jid, body.message)))
    const failed = outcomes.flatMap((outcome, at) =>
      outcome.status === 'fulfilled'
        ? []
        : [{ group_jid: groups[at]?.jid ?? '', error: toAppError(outcome.reason).message }],
    )
    const sent = outcomes.length - failed.length
    if (sent === 0) {
      throw fail('operation_failed', { message: `failed to send announcement: ${failed[0]?.error ?? 'no groups'}` })
    }
    return {
      success: true as const,
      message: 'Announcement sent successfully',
      community_jid: given,
      announcement_text: body.message,
      sent_to_groups: sent,
      ...(failed.length > 0 && { failed_groups: failed }),
    }
  },
})
