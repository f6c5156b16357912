import type { Panel } from '../commands/content/structured.ts'
import type { MessageContent } from '../commands/model.ts'
import type { Message } from './model.ts'

type Facts = Pick<Message, 'text' | 'payload'>

/** A panel as it is stored: the parameters of its buttons as the values they stand for. */
const shownPanel = ({ title, subtitle, header, text, footer, buttons }: Panel): Record<string, unknown> => ({
  title,
  subtitle,
  header: header && { kind: header.kind, mimeType: header.media.mimeType, fileName: header.media.fileName },
  text,
  footer,
  buttons: buttons.map(({ name, params }) => ({ name, params: JSON.parse(params) })),
})

/** What a stored message says of content that is neither words nor a file; undefined for other content. */
export const structuredFacts = (content: MessageContent): Facts | undefined => {
  switch (content.kind) {
    case 'edit':
      return { text: content.text, payload: { targetId: content.messageId, targetFromMe: true } }
    case 'location': {
      const { latitude, longitude, name } = content
      return { text: name, payload: { latitude, longitude, name } }
    }
    case 'contacts':
      return { text: content.contacts[0]?.name, payload: { contacts: content.contacts } }
    case 'poll': {
      const { question, options, single } = content
      return { text: question, payload: { name: question, options, selectable: single ? 1 : 0 } }
    }
    case 'event': {
      const { kind: _kind, secret: _secret, name, ...payload } = content
      return { text: name, payload }
    }
    case 'interactive': {
      const { form, panel, cards } = content
      return { text: panel.text ?? panel.title, payload: { form, ...shownPanel(panel), cards: cards?.map(shownPanel) } }
    }
    default:
      return undefined
  }
}
