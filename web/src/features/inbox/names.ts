import type { InboxTexts } from '../../i18n/inbox.ts'
import type { Conversation, Message } from './api.ts'

type Person = { me: boolean; phone: string; name: string }

/** Who reacted or voted, in words. */
export const namesOf = (people: readonly Person[], you: string): string =>
  people.map(({ me, name, phone }) => (me ? you : name || phone)).join(', ')

/** Who wrote a message. */
export const writerOf = ({ direction, sender }: Message, chatName: string, texts: InboxTexts['message']): string => {
  if (direction === 'in') return sender.name || sender.phone || chatName
  if (sender.type === 'user') return sender.name || texts.you
  return sender.type === 'phone' ? texts.phone : texts.api
}

/** What a kind of message is called. */
export const kindName = (kind: string, kinds: InboxTexts['kinds']): string =>
  Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : kinds.unsupported

/** The newest message of a row in one line. */
export const previewOf = ({ last_message: last }: Conversation, kinds: InboxTexts['kinds']): string => {
  if (!last) return ''
  if (last.kind === 'text' || (last.kind === 'interactive' && last.body)) return last.body
  const name = kindName(last.kind, kinds)
  return last.body && last.kind !== 'revoke' ? `${name}: ${last.body}` : name
}
