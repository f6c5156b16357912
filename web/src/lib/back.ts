import { navigate } from 'wouter/use-browser-location'

/** Whether the page before this one in the history is that path. Browsers that do not tell say no. */
const cameFrom = (path: string): boolean => {
  if (!('navigation' in window)) return false
  const { currentEntry } = window.navigation
  const before = window.navigation.entries().find(({ index }) => index === (currentEntry?.index ?? 0) - 1)
  return before?.url != null && new URL(before.url).pathname === path
}

/** Goes up to a path: back in the history when it is where the person came from, so that "back" never leads forward again. */
export const goUp = (path: string): void => {
  if (cameFrom(path)) history.back()
  else navigate(path, { replace: true })
}
