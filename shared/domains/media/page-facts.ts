/** What a page says about itself to whoever links to it. `image` is an address, not resolved yet. */
export type PageFacts = { title?: string; description?: string; image?: string }

const TITLE_LENGTH = 300
const DESCRIPTION_LENGTH = 600

// Every repetition is bounded or ends at the next bracket: a page is written by a stranger, and this has to stay linear.
const META = /<meta\b[^<>]{0,4000}>/gi
const TITLE = /<title\b[^<>]{0,500}>([^<]{0,2000})/i
const ATTRIBUTE =
  /(?<=[\s"'])(property|name|content|charset)\s{0,5}=\s{0,5}(?:"([^"]{0,3000})"|'([^']{0,3000})'|([^\s"'>]{1,500}))/gi
const CHARSET = /charset\s{0,5}=\s{0,5}["']?([\w-]{2,20})/i

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }
const LAST_CHARACTER = 0x10_ffff

const character = (code: number): string => (code > 0 && code <= LAST_CHARACTER ? String.fromCodePoint(code) : '')

const plain = (html: string): string =>
  html
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi, (whole, hex, decimal, name: string | undefined) => {
      if (hex) return character(Number.parseInt(hex, 16))
      if (decimal) return character(Number(decimal))
      return NAMED[name?.toLowerCase() ?? ''] ?? whole
    })
    .replace(/\s+/g, ' ')
    .trim()

const metaFacts = (html: string): Map<string, string> => {
  const facts = new Map<string, string>()
  for (const [tag] of html.matchAll(META)) {
    const attributes = new Map<string, string>()
    for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
      attributes.set(name.toLowerCase(), double ?? single ?? bare ?? '')
    }
    const key = (attributes.get('property') ?? attributes.get('name'))?.toLowerCase()
    const content = plain(attributes.get('content') ?? '')
    // The first one counts: pages with several pictures name the main one first.
    if (key && content && !facts.has(key)) facts.set(key, content)
  }
  return facts
}

/** Text of a page in the character set that its first kilobyte names; UTF-8 otherwise. */
export const pageText = (bytes: Buffer): string => {
  const named = CHARSET.exec(bytes.toString('latin1', 0, 1024))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(named).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** Reads title, description and picture of a page: Open Graph first, then what search engines and browsers show. */
export const pageFacts = (html: string): PageFacts => {
  const facts = metaFacts(html)
  const title = facts.get('og:title') ?? facts.get('twitter:title') ?? plain(TITLE.exec(html)?.[1] ?? '')
  const description = facts.get('og:description') ?? facts.get('twitter:description') ?? facts.get('description')
  return {
    title: title.slice(0, TITLE_LENGTH) || undefined,
    description: description?.slice(0, DESCRIPTION_LENGTH),
    image: facts.get('og:image:secure_url') ?? facts.get('og:image') ?? facts.get('twitter:image'),
  }
}
