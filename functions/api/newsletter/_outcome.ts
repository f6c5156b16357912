import type { SendOutcome } from '#domains/messages/send.ts'
import { type AnswerValue, answer } from '#kit/define-operation.ts'

/** Answers a send: plainly after WhatsApp's ack, with 202 for a caller who does not wait. */
export const answerSend = <Body extends object>(outcome: SendOutcome, body: Body): Body | AnswerValue =>
  outcome.state === 'sent' ? body : answer({ status: 202, body })

/** Id and Unix second of a sent message. */
export const sentFacts = ({ messageId, at }: SendOutcome) => ({
  success: true,
  id: messageId,
  timestamp: Math.floor(Date.parse(at) / 1000),
})
