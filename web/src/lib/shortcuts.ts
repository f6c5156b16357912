import { useEffect, useEffectEvent } from 'react'
import { createStore } from './store.ts'

/** A key (`?`, `Enter`), or two keys after each other (`g i`), with what the help says about it. */
export type Shortcut = { keys: string; label: string; run: () => void }

/** Shortcuts of one part of the page, under one heading of the help. */
export type ShortcutGroup = { title: string; shortcuts: readonly Shortcut[] }

/** The groups that work now, outermost first. */
export const shortcutStore = createStore<readonly ShortcutGroup[]>([])

/** Milliseconds within which the second key of two follows. */
const SECOND_KEY_MS = 1200

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Whether the key belongs to what has the focus: a button takes Enter, a menu takes arrows. */
const isTaken = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  ['Enter', ' '].includes(key) &&
  target.closest('button, a, summary, [role="menu"]') !== null

let first: { key: string; atMs: number } | undefined

const onKey = (event: KeyboardEvent): void => {
  const { ctrlKey, metaKey, altKey, defaultPrevented, target, key } = event
  if (ctrlKey || metaKey || altKey || defaultPrevented || isTyping(target) || isTaken(event)) return
  if (document.querySelector('dialog[open], [popover]:popover-open')) return
  const all = shortcutStore.get().flatMap(({ shortcuts }) => shortcuts)
  const pair = first && Date.now() - first.atMs < SECOND_KEY_MS ? `${first.key} ${key}` : undefined
  // The innermost part of the page goes first.
  const found = all.findLast(({ keys }) => keys === pair) ?? all.findLast(({ keys }) => keys === key)
  first = all.some(({ keys }) => keys.startsWith(`${key} `)) ? { key, atMs: Date.now() } : undefined
  if (!found) return
  event.preventDefault()
  found.run()
}

/** Listens to the keyboard for the whole page; the result ends that. */
export const listenToKeys = (): (() => void) => {
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}

/** Offers shortcuts while the component is shown; the help lists them. */
export const useShortcuts = (title: string, shortcuts: readonly Shortcut[]): void => {
  const run = useEffectEvent((keys: string) => shortcuts.find((shortcut) => shortcut.keys === keys)?.run())
  const shown = JSON.stringify(shortcuts.map(({ keys, label }) => [keys, label]))
  useEffect(() => {
    const lines = JSON.parse(shown) as [string, string][]
    const group = { title, shortcuts: lines.map(([keys, label]) => ({ keys, label, run: () => run(keys) })) }
    shortcutStore.set([...shortcutStore.get(), group])
    return () => shortcutStore.set(shortcutStore.get().filter((other) => other !== group))
  }, [title, shown])
}
