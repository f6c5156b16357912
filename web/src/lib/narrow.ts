import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(max-width: 720px)')

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Whether the page has the width of a phone: tables become cards. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches)
