import type { LiveSocket } from './socket.ts'

/** The close code in an error of the client; 428 (closed) when it holds none. */
export const codeOf = (error: unknown): number => {
  const boom = error as { output?: { statusCode?: number } } | undefined
  return boom?.output?.statusCode ?? 428
}

/** The error to end a connection with, as the client expects it. */
export const closeError = (code: number): Error =>
  Object.assign(new Error('closed by the runner'), { output: { statusCode: code } })

/** Asks WhatsApp for a sign of life: any answer is one, an error too. False when none came in time, or the connection has ended. */
export const ping = async (socket: LiveSocket, deadlineMs: number): Promise<boolean> => {
  const id = socket.generateMessageTag()
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), deadlineMs).unref())
  const answer = socket.waitForMessage(id, deadlineMs).catch(() => undefined)
  const asked = socket.sendNode({
    tag: 'iq',
    attrs: { id, to: '@s.whatsapp.net', type: 'get', xmlns: 'w:p' },
    content: [{ tag: 'ping', attrs: {} }],
  })
  return asked.then(
    async () => (await Promise.race([answer, late])) !== undefined,
    () => false,
  )
}

type Node = { tag: string; attrs: Record<string, string>; content?: unknown }

const childOf = (node: { content?: unknown }, tag: string): Node | undefined =>
  Array.isArray(node.content) ? (node.content as Node[]).find((child) => child.tag === tag) : undefined

/** The media host that an answer to `media_conn` names, if this is one. */
export const mediaHostOf = (node: { content?: unknown }): string | undefined => {
  const media = childOf(node, 'media_conn')
  return media && childOf(media, 'host')?.attrs.hostname
}
