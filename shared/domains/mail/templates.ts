import type { Letter, Locale, MailContent } from './model.ts'
import { TEXTS } from './texts.ts'

/** A mail as it is sent: a subject, and the same words as text and as HTML. */
export type WrittenMail = { subject: string; text: string; html: string }

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it stands in HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)

/** The parts of a mail: paragraphs, one of which may stand out (a code) or be a link. */
type Part = { text: string } | { code: string } | { link: string; label: string }

const asText = (part: Part): string => {
  if ('code' in part) return part.code
  return 'link' in part ? part.link : part.text
}

const asHtml = (part: Part): string => {
  if ('code' in part)
    return `<p style="font-size:28px;letter-spacing:4px"><strong>${escapeHtml(part.code)}</strong></p>`
  if ('link' in part) return `<p><a href="${escapeHtml(part.link)}">${escapeHtml(part.label)}</a></p>`
  return `<p>${escapeHtml(part.text)}</p>`
}

/** What somebody else wrote (names) has one line: a break would make it look like words of ours. */
const oneLine = (text: string): string =>
  text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 100)

const partsOf = (content: MailContent, locale: Locale): { subject: string; parts: Part[] } => {
  const texts = TEXTS[locale]
  switch (content.kind) {
    case 'loginCode': {
      const { subject, before, after } = texts.loginCode(content.minutes)
      return { subject, parts: [{ text: before }, { code: content.code }, { text: after }] }
    }
    case 'invitation': {
      const organization = oneLine(content.organization)
      const { subject, before, label, after } = texts.invitation(organization, oneLine(content.invitedBy), content.days)
      return { subject, parts: [{ text: before }, { link: content.link, label }, { text: after }] }
    }
    default: {
      const { subject, paragraphs } = texts[content.kind]
      return { subject, parts: paragraphs.map((text) => ({ text })) }
    }
  }
}

/** Writes a letter in its language. */
export const writeMail = ({ content, locale }: Pick<Letter, 'content' | 'locale'>): WrittenMail => {
  const { subject, parts } = partsOf(content, locale)
  const body = parts.map(asHtml).join('\n')
  return {
    subject,
    text: `${parts.map(asText).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="${locale}"><meta charset="utf-8"><title>${escapeHtml(subject)}</title>\n<body style="font-family:sans-serif">\n${body}\n</body></html>\n`,
  }
}
