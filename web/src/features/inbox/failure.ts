import type { CoreTexts } from '../../i18n/core.ts'
import { sentenceFor } from '../../i18n/explain.ts'
import type { InboxTexts } from '../../i18n/inbox.ts'
import type { Message } from './api.ts'

/** Why a message was not sent: by WhatsApp's code where it refused the message, else by ours; an unknown one in the server's words. */
export const failureSentence = (
  core: Pick<CoreTexts, 'errors'>,
  { refusals }: Pick<InboxTexts, 'refusals'>,
  { code, message, provider_code: refusal }: NonNullable<Message['error']>,
): string => {
  const isKnown = code === 'send_failed' && refusal !== undefined && Object.hasOwn(refusals, refusal)
  if (isKnown) return refusals[refusal as keyof typeof refusals]
  // With a code of WhatsApp's that nobody knows, the server says at least which one it is.
  if (code === 'send_failed' && refusal !== undefined) return message
  return sentenceFor(core, code) ?? message
}
