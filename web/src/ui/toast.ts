import { createStore } from '../lib/store.ts'

/** A short message that goes by itself. Use it for what happened elsewhere; what belongs to a form stands there. */
export type Toast = { text: string; tone?: 'plain' | 'good' | 'bad'; action?: { label: string; onSelect: () => void } }

/** A message that is shown, with a number of its own. */
export type ShownToast = Toast & { id: number }

const SHOWN_MS = 6000
/** Time to read a failure, or to take the offer of an action. */
const SHOWN_LONG_MS = 12_000
const AT_ONCE = 3

/** The messages that are shown, oldest first. */
export const toastStore = createStore<readonly ShownToast[]>([])

let count = 0

/** Shows a message for some seconds. */
export const showToast = (toast: Toast): void => {
  count += 1
  const id = count
  toastStore.set([...toastStore.get(), { ...toast, id }].slice(-AT_ONCE))
  setTimeout(() => dismissToast(id), toast.tone === 'bad' || toast.action ? SHOWN_LONG_MS : SHOWN_MS)
}

/** Takes a message away. */
export const dismissToast = (id: number): void => {
  const rest = toastStore.get().filter((toast) => toast.id !== id)
  if (rest.length !== toastStore.get().length) toastStore.set(rest)
}
