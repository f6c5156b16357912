import { useSyncExternalStore } from 'react'

/** A value that components and other code share. */
export type Store<T> = {
  get: () => T
  set: (value: T) => void
  /** Calls back after every change; the result ends that. */
  subscribe: (listener: () => void) => () => void
}

/** Makes a store of one value. */
export const createStore = <T>(initial: T): Store<T> => {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      value = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The present value of a store; the component is drawn again when it changes. */
export const useStore = <T>({ subscribe, get }: Store<T>): T => useSyncExternalStore(subscribe, get)
