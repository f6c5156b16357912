import { safeGet } from '#kit/safe-fetch.ts'
import type { LinkPreview } from '../commands/content/link-preview.ts'
import { drawThumbnail, IMAGE_LIMIT } from './inspect.ts'
import { pageFacts, pageText } from './page-facts.ts'

/** A page may be long; what it says about itself stands at its beginning. */
const PAGE_LIMIT = 20 * 1024 * 1024
const READ_BYTES = 512 * 1024
const PAGE_MS = 4_000
const IMAGE_MS = 3_000
const IMAGE_PIXELS = 192

const firstBytes = async (stream: AsyncIterable<unknown>, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= most) break
  }
  return Buffer.concat(chunks)
}

const thumbnailOf = async (address: string | undefined, base: string): Promise<string | undefined> => {
  if (!address || !URL.canParse(address, base)) return undefined
  try {
    const { body } = await safeGet(new URL(address, base).href, { maxBytes: IMAGE_LIMIT, timeoutMs: IMAGE_MS })
    return await drawThumbnail(await firstBytes(body, IMAGE_LIMIT), IMAGE_PIXELS)
  } catch {
    return undefined
  }
}

/**
 * What a page says about itself, with a small picture: for a text that links to it. `url` is the link as it stands in the text.
 * Undefined when the page cannot be fetched in four seconds, must not be fetched, or says nothing: the text is then sent without.
 */
export const readLinkPreview = async (url: string): Promise<LinkPreview | undefined> => {
  const address = /^https?:\/\//i.test(url) ? url : `https://${url}`
  try {
    const { body, contentType } = await safeGet(address, { maxBytes: PAGE_LIMIT, timeoutMs: PAGE_MS })
    if (contentType && !/^(text\/html|application\/xhtml\+xml)$/i.test(contentType)) {
      body.destroy()
      return undefined
    }
    const { title, description, image } = pageFacts(pageText(await firstBytes(body, READ_BYTES)))
    if (!title) return undefined
    return { url, title, description, thumbnail: await thumbnailOf(image, address) }
  } catch {
    return undefined
  }
}
