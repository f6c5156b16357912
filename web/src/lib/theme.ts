import { createStore } from './store.ts'

/** Light, dark, or as the system says. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'switchboard.theme'

/** The theme of this browser. */
export const themeStore = createStore<Theme>('system')

const show = (theme: Theme): void => {
  themeStore.set(theme)
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** Shows the theme that was chosen before. */
export const restoreTheme = (): void => {
  const kept = localStorage.getItem(KEY)
  show(kept === 'light' || kept === 'dark' ? kept : 'system')
}

/** Chooses the theme for this browser. */
export const chooseTheme = (theme: Theme): void => {
  localStorage.setItem(KEY, theme)
  show(theme)
}
