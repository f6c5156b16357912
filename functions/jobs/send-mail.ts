import { SendEmailCommand } from '@aws-sdk/client-sesv2'
import { queuedMail } from '#domains/mail/model.ts'
import { type SendPort, sendQueued } from '#domains/mail/send.ts'
import { mailClient } from '#kit/aws.ts'
import type { Context } from '#kit/context.ts'
import { defineJob, RetryLater } from '#kit/define-job.ts'
import type { QueueRecord } from '#kit/queue-records.ts'

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })

/** SES v2. Errors of SES may quote addresses: only their name goes on, and so into the log. */
const bySes: SendPort = async (to, { subject, text, html }) => {
  const from = process.env.MAIL_FROM
  if (!from) throw new Error('no sender is set up: deploy with the context value mailFrom')
  try {
    await mailClient().send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
      }),
    )
  } catch (error) {
    throw new Error(`SES did not take the mail: ${(error as Error).name}`)
  }
}

const work = async (ctx: Context, record: QueueRecord): Promise<void> => {
  const mail = queuedMail.parse(record.body)
  const outcome = await sendQueued(ctx, mail, bySes)
  if (outcome === 'busy') throw new RetryLater('the mail is being sent by another process')
  if (outcome === 'expired') ctx.log.error('a mail could not be sent in time and was dropped', { mail: mail.id })
}

export const job = defineJob({
  name: 'send-mail',
  summary: 'Sends one mail to one user by SES.',
  trigger: { kind: 'queue', queue: 'mails', batchSize: 1 },
  needs: { main: 'readWrite', mails: 'consume', mailSender: 'send', platformSecret: 'read' },
  timeoutSeconds: 30,
  memoryMb: 512,
  handler: (ctx, record) => work(ctx, record as QueueRecord),
})
