import { type RefObject, useEffect, useRef, useState } from 'react'
import { useShortcuts } from './shortcuts.ts'

/** What the keys of a list are called in the help. */
type Words = { title: string; next: string; previous: string; open: string; search: string }

/**
 * Moving in a list by keyboard: j and k, Enter to open, / to search. Gives the row where the keyboard stands; it begins at the one
 * that is open.
 */
export const useListKeys = (
  words: Words,
  {
    rows,
    openId,
    onOpen,
    search,
  }: {
    rows: readonly { id: number }[]
    openId: number | undefined
    onOpen: (id: number) => void
    search: RefObject<HTMLInputElement | null>
  },
): number | undefined => {
  const [activeId, setActiveId] = useState<number>()
  const move = (step: number) => {
    const at = rows.findIndex(({ id }) => id === (activeId ?? openId))
    setActiveId(rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))]?.id)
  }
  useShortcuts(words.title, [
    { keys: 'j', label: words.next, run: () => move(1) },
    { keys: 'k', label: words.previous, run: () => move(-1) },
    { keys: 'Enter', label: words.open, run: () => activeId !== undefined && onOpen(activeId) },
    { keys: '/', label: words.search, run: () => search.current?.focus() },
  ])
  return activeId
}

/**
 * For the link of a row. Where the focus is on another row of the list, as after a click there, it goes along with the keys:
 * else Enter would open what was clicked, and not where the keyboard stands.
 */
export const useFocusWith = (isActive: boolean): RefObject<HTMLAnchorElement | null> => {
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    const list = link.current?.closest('[role="list"]')
    if (isActive && list?.contains(document.activeElement)) link.current?.focus({ preventScroll: true })
  }, [isActive])
  return link
}
