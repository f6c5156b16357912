import { chooseLanguage } from '../i18n/choose.ts'
import { coreTexts } from '../i18n/core.ts'
import { LANGUAGES, type Language, languageStore } from '../i18n/language.ts'
import { useTexts } from '../i18n/texts.ts'
import { useStore } from '../lib/store.ts'
import { chooseTheme, type Theme, themeStore } from '../lib/theme.ts'
import type { MenuItem } from '../ui/menu.tsx'

/** Appearance and language, each with what is chosen now. */
export const usePreferences = (): MenuItem[] => {
  const { account } = useTexts(coreTexts)
  const theme = useStore(themeStore)
  const language = useStore(languageStore)
  const themes: [Theme, string][] = [
    ['system', account.themeSystem],
    ['light', account.themeLight],
    ['dark', account.themeDark],
  ]
  return [
    ...themes.map(([id, label]) => ({
      id,
      group: account.theme,
      label,
      checked: id === theme,
      onSelect: () => chooseTheme(id),
    })),
    ...(Object.keys(LANGUAGES) as Language[]).map((id) => ({
      id,
      group: account.language,
      label: <span lang={id}>{LANGUAGES[id]}</span>,
      checked: id === language,
      onSelect: () => void chooseLanguage(id),
    })),
  ]
}
