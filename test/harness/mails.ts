import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { queuedMail } from '#domains/mail/model.ts'
import { sendQueued } from '#domains/mail/send.ts'
import type { WrittenMail } from '#domains/mail/templates.ts'
import type { DomainContext } from './context.ts'

/** A mail as its reader gets it. */
export type ReadMail = { to: string } & WrittenMail

/** Takes everything off the mail queue and sends it to nowhere. Gives what was sent, and how many messages there were. */
export const takeMails = async (ctx: DomainContext): Promise<{ mails: ReadMail[]; messages: string[] }> => {
  const mails: ReadMail[] = []
  const messages: string[] = []
  const QueueUrl = ctx.stores.queues['mails.fifo']
  for (;;) {
    const { Messages = [] } = await ctx.stores.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    )
    if (Messages.length === 0) return { mails, messages }
    for (const { Body = '', ReceiptHandle } of Messages) {
      messages.push(Body)
      await sendQueued(ctx, queuedMail.parse(JSON.parse(Body)), async (to, mail) => {
        mails.push({ to, ...mail })
      })
      await ctx.stores.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
}

/** The six digits in a mail. */
export const codeIn = (mail: ReadMail | undefined): string => /^\d{6}$/m.exec(mail?.text ?? '')?.[0] ?? ''
