import { useSyncExternalStore } from 'react'

const STEP_MS = 30_000

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let nowMs = Date.now()

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const tell of listeners) tell()
  }, STEP_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Steady between two steps; after a pause in which nobody looked it begins anew. */
const presentMs = (): number => {
  if (timer === undefined && Date.now() - nowMs > STEP_MS) nowMs = Date.now()
  return nowMs
}

/** The present time, renewed twice a minute by one timer for the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, presentMs)
