import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { makeCounters } from '#data/counters.ts'
import { mainTable, sessionTable } from '#data/tables.ts'
import type { CommandPort } from '#domains/commands/dispatch.ts'
import { newPace } from '#domains/commands/poll.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import type { MailPort } from '#domains/mail/queue.ts'
import { sqsClient } from '#kit/aws.ts'
import { systemClock } from '#kit/clock.ts'
import { lazy } from '#kit/lazy.ts'
import { commandQueueUrls, resource } from '#kit/resources.ts'

/** Per-tenant integers of this process. */
export const counters = lazy(() => makeCounters(mainTable()))

/** Conversations by address, with this process' cache. */
export const threads = lazy(() => makeThreads(counters()))

/** The way from this process to the tasks that own devices. */
export const commandPort: () => CommandPort = lazy(() => ({
  sqs: sqsClient(),
  queueUrls: commandQueueUrls(),
  session: sessionTable(),
  clock: systemClock,
  sendPace: newPace(),
}))

/** The queue that mails to users leave by. Each is a group of its own: none waits for another. */
export const mailPort: MailPort = async (mail) => {
  const command = new SendMessageCommand({
    QueueUrl: resource('MAIL_QUEUE_URL'),
    MessageBody: JSON.stringify(mail),
    MessageGroupId: mail.id,
    MessageDeduplicationId: mail.id,
  })
  await sqsClient().send(command)
}
