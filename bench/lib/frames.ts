/** When each message id was first seen as a frame on a WhatsApp socket, in wall-clock milliseconds. */
export type FrameWatch = { at: Map<string, number>; close: () => void }

/** Listens to the sandbox network's events and notes the arrival of every message stanza. */
export const watchFrames = async (controlUrl: string): Promise<FrameWatch> => {
  const abort = new AbortController()
  const response = await fetch(`${controlUrl}/events?types=frame.in`, { signal: abort.signal })
  const seen = new Map<string, number>()
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const read = async (): Promise<void> => {
    let rest = ''
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
      if (done || value === undefined) return
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) note(line, seen)
    }
  }
  read().catch(() => {})
  return { at: seen, close: () => abort.abort() }
}

const note = (line: string, seen: Map<string, number>): void => {
  if (!line.startsWith('data:')) return
  const event = JSON.parse(line.slice(5)) as { at: number; type: string; data?: { tag?: string; id?: string } }
  const { tag, id } = event.data ?? {}
  if (event.type === 'frame.in' && tag === 'message' && id && !seen.has(id)) seen.set(id, event.at)
}
