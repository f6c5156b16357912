import type { BinaryNode } from '@whiskeysockets/baileys'

export type { BinaryNode } from '@whiskeysockets/baileys'

/** Attributes as they are written: undefined ones are left out, numbers become text. */
export type Attributes = Record<string, string | number | undefined>

/** Builds a node. The encoder counts non-string attributes but does not write them, so they are made strings here. */
export function node(tag: string, attributes: Attributes = {}, content?: BinaryNode['content']): BinaryNode {
  const attrs: Record<string, string> = {}
  for (const key of Object.keys(attributes)) {
    const value = attributes[key]
    if (value !== undefined) attrs[key] = String(value)
  }
  return content === undefined ? { tag, attrs } : { tag, attrs, content }
}

/** Child nodes; empty when the content is bytes or text. */
export function childrenOf(parent: BinaryNode | undefined): BinaryNode[] {
  return parent && Array.isArray(parent.content) ? parent.content : []
}

/** First child of that tag. */
export function childOf(parent: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return childrenOf(parent).find((child) => child.tag === tag)
}

/** All children of that tag. */
export function childrenNamed(parent: BinaryNode | undefined, tag: string): BinaryNode[] {
  return childrenOf(parent).filter((child) => child.tag === tag)
}

/** Content as bytes. Short values may come back from the decoder as text (tokens, packed digits), so both are taken. */
export function bytesOf(from: BinaryNode | undefined): Buffer {
  const content = from?.content
  if (content instanceof Uint8Array) return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.alloc(0)
}

/** Content as text, whichever way the encoder chose to write it. */
export function textOf(from: BinaryNode | undefined): string {
  const content = from?.content
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : ''
}

/** Bytes of the named child. */
export function childBytes(parent: BinaryNode | undefined, tag: string): Buffer {
  return bytesOf(childOf(parent, tag))
}

/** Ids of a receipt: the first in the attribute, further ones in a list. */
export function receiptIds(receipt: BinaryNode): string[] {
  const first = receipt.attrs.id
  const more = childrenNamed(childOf(receipt, 'list'), 'item').map((item) => item.attrs.id ?? '')
  return [...(first ? [first] : []), ...more].filter((id) => id !== '')
}
