import { z } from 'zod'
import { findDevice } from '#domains/devices/repo.ts'
import { seesDevice } from '#domains/inboxes/scope.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import { serveFile } from '#domains/media/serve.ts'
import type { Message, MessageMedia } from '#domains/messages/model.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { requireNumber } from '#kit/number-id.ts'

/** Whether the actor may see the message: its tenant's, its device's, its inboxes', its identity's. */
const maySee = async (ctx: OperationContext, message: Message): Promise<boolean> => {
  const { deviceId, inboxIds, identity } = ctx.actor
  if (deviceId !== undefined) return message.deviceId === deviceId
  if (inboxIds === undefined && identity === undefined) return true
  const device = await findDevice(ctx, message.deviceId)
  return device !== undefined && seesDevice(ctx.actor, device)
}

/** The file's media facts once it can be fetched. Throws `not_ready` while it is on its way, `not_found` when it will not come. */
const readyMedia = (media: MessageMedia | undefined): MessageMedia & { key: string } => {
  if (media?.state === 'ready' && media.key) return { ...media, key: media.key }
  if (media?.state === 'pending') {
    throw fail('not_ready', { message: 'The file is still on its way from WhatsApp.', data: { retryAfterSeconds: 2 } })
  }
  throw fail('not_found', { message: media ? (media.error ?? 'The file is not available.') : undefined })
}

export const operation = defineOperation({
  key: 'own GET /media/{conversationId}/{messageId}',
  group: 'media',
  summary: 'File of a message',
  description:
    'The bytes, streamed. `Range` gives a part (206), `If-None-Match` spares what the caller has (304). One of more than 190 MB is answered with 302 and an address that works for ten minutes.',
  auth: ['deviceToken', 'apiKey', 'userToken', 'managerKey', 'adminToken', 'matrixToken', 'sessionToken'],
  input: { params: z.object({ conversationId: z.string(), messageId: z.string() }) },
  output: z.string().meta({ format: 'binary' }),
  contentType: 'application/octet-stream',
  errors: ['unauthenticated', 'not_found', 'not_ready', 'range_not_satisfiable'],
  needs: { main: 'read', media: 'read' },
  streaming: true,
  handler: async (ctx, { params }) => {
    const { tenantId } = ctx.actor
    const conversationId = requireNumber(params.conversationId)
    const message = await findMessage(ctx, { tenantId, conversationId, messageId: params.messageId })
    if (!message || !(await maySee(ctx, message))) throw fail('not_found')
    return serveFile(mediaBucket(), readyMedia(message.media), ctx.request.headers)
  },
})
