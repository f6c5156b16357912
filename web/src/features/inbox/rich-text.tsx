import type { ReactNode } from 'react'

/** Addresses that can be opened, and WhatsApp's marks: *strong*, _slanted_, ~struck~ and ```as typed```. */
const MARKS =
  /(https?:\/\/[^\s<>]+[^\s<>.,;:!?)"'\]])|```([^`]+)```|(?<![\p{L}\p{N}])(?:\*(?!\s)([^*\n]+?)(?<!\s)\*|_(?!\s)([^_\n]+?)(?<!\s)_|~(?!\s)([^~\n]+?)(?<!\s)~)(?![\p{L}\p{N}])/gu

const marked = ([whole, url, typed, strong, slanted, struck]: RegExpExecArray, key: string): ReactNode => {
  if (url)
    return (
      <a key={key} href={url} target="_blank" rel="noopener noreferrer nofollow">
        {url}
      </a>
    )
  if (typed) return <code key={key}>{typed}</code>
  if (strong) return <strong key={key}>{richText(strong)}</strong>
  if (slanted) return <em key={key}>{richText(slanted)}</em>
  return struck ? <s key={key}>{richText(struck)}</s> : whole
}

/** Words of a message with their marks and addresses as WhatsApp shows them. */
export const richText = (text: string): ReactNode[] => {
  const parts: ReactNode[] = []
  let end = 0
  for (const found of text.matchAll(MARKS)) {
    if (found.index > end) parts.push(text.slice(end, found.index))
    parts.push(marked(found, `${found.index}`))
    end = found.index + found[0].length
  }
  if (end < text.length) parts.push(text.slice(end))
  return parts
}

/** Whether a message is a few emoji and nothing else: they are shown large. */
export const isOnlyEmoji = (text: string): boolean =>
  text.length <= 40 && /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text.trim())
