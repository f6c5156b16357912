import { showTyping } from './api.ts'

/** WhatsApp forgets that somebody writes after some 25 seconds: it is told again while he does. */
const AGAIN_MS = 10_000
/** Without a key for so long, nobody writes any more. */
const STILL_MS = 5_000

type Tell = (conversationId: number, state: 'composing' | 'paused') => Promise<unknown>

/** Tells the contacts of conversations that the user writes: once in a while, and that he stopped. Nothing waits for it. */
export const makeTypingSignal = (tell: Tell) => {
  const told = new Map<number, { atMs: number; timer: ReturnType<typeof setTimeout> }>()
  const say: Tell = (id, state) => tell(id, state).catch(() => undefined)

  /** The message is on its way, which ends it by itself. */
  const ended = (id: number): void => {
    clearTimeout(told.get(id)?.timer)
    told.delete(id)
  }
  const stopped = (id: number): void => {
    if (!told.has(id)) return
    ended(id)
    void say(id, 'paused')
  }
  const wrote = (id: number): void => {
    const known = told.get(id)
    clearTimeout(known?.timer)
    const nowMs = Date.now()
    const isDue = known === undefined || nowMs - known.atMs >= AGAIN_MS
    told.set(id, { atMs: isDue ? nowMs : known.atMs, timer: setTimeout(() => stopped(id), STILL_MS) })
    if (isDue) void say(id, 'composing')
  }
  return { wrote, stopped, ended }
}

/** The page's own. */
export const typingSignal = makeTypingSignal(showTyping)
