import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Table } from '#data/table.ts'
import { type Clock, isoTime } from '#kit/clock.ts'
import { fail, isErrorCode } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import { queueJson } from '#kit/queue-json.ts'
import type { Device } from '../devices/model.ts'
import type { Command, Work } from './model.ts'
import { type Pace, pollUntil } from './poll.ts'
import { findReply } from './replies.ts'

export { storeReply } from './replies.ts'

/** Ways to reach the task that owns a device. `session` holds the replies. */
export type CommandPort = { sqs: SQSClient; queueUrls: string[]; session: Table; clock: Clock; sendPace?: Pace }

/** Milliseconds a synchronous caller waits: below API Gateway's 30 s, with room to answer. */
export const SYNC_WAIT_MS = 25_000

/** Makes a command. `id` is given when a retry must be the same command. */
export const makeCommand = (
  clock: Clock,
  device: Device,
  work: Work,
  options: { id?: string; waitMs?: number } = {},
): Command => ({
  id: options.id ?? newId('command'),
  tenantId: device.tenantId,
  deviceId: device.id,
  deadlineAt: isoTime(clock.nowMs() + (options.waitMs ?? SYNC_WAIT_MS)),
  work,
})

/** The group of a command beside others of its device. Downloads and synchronisations take their time: nothing else waits for them. */
const laneOf = ({ work, id }: Command): string => {
  if (work.type === 'message.send') return 'send'
  if (work.type === 'chat.download') return id
  return work.type.startsWith('sync.') ? 'sync' : 'query'
}

/** Lanes that the commands of a device share, each in order; any other lane is one command's own. */
const SHARED_LANES = new Set(['send', 'query', 'sync'])

/** The device of a message group of a command queue, and whether others of its commands are in the same group. */
export const readGroup = (group: string): { deviceId: string; isShared: boolean } => {
  const [deviceId = '', lane = ''] = group.split('.')
  return { deviceId, isShared: SHARED_LANES.has(lane) }
}

/**
 * Puts a command on the device's shard queue. Sends share the device's group and keep their order; all else has a group
 * beside it. The command id deduplicates for five minutes. When this resolves the command is durable.
 */
export const dispatch = async (port: CommandPort, device: Device, command: Command): Promise<void> => {
  const queueUrl = port.queueUrls[device.shard % port.queueUrls.length]
  await port.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: queueJson(command),
      MessageGroupId: `${device.id}.${laneOf(command)}`,
      MessageDeduplicationId: command.id,
    }),
  )
}

/** Waits for a command's reply. Throws the error the runner gave, or `upstream_timeout` when none came in time. */
export const awaitReply = async (port: CommandPort, commandId: string, waitMs = SYNC_WAIT_MS): Promise<unknown> => {
  const reply = await pollUntil(port.clock, waitMs, () => findReply(port.session, commandId))
  if (!reply) throw fail('upstream_timeout')
  if (reply.ok) return reply.result
  throw fail(isErrorCode(reply.code) ? reply.code : 'upstream_error', { message: reply.message })
}

/** Dispatches a command and waits for its result. */
export const ask = async (port: CommandPort, device: Device, work: Work, waitMs = SYNC_WAIT_MS): Promise<unknown> => {
  const command = makeCommand(port.clock, device, work, { waitMs })
  await dispatch(port, device, command)
  return awaitReply(port, command.id, waitMs)
}
