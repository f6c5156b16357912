import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type CoreTexts, coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import { SETTINGS } from './api.ts'

/** Sentences for some codes, in place of the general ones. */
export type Special = Partial<Record<string, string>>

const explainer =
  (core: CoreTexts) =>
  (error: unknown, special: Special = {}): string =>
    (error instanceof ApiError ? special[error.code] : undefined) ?? explain(core, error)

/** Puts failures into the words of the settings; `special` are those of one dialog. */
export const useExplain = (): ((error: unknown, special?: Special) => string) => explainer(useTexts(coreTexts))

/** Makes the page read everything of the settings anew, and who one is. */
export const useRefresh = (): (() => Promise<unknown>) => {
  const client = useQueryClient()
  return () =>
    Promise.all([client.invalidateQueries({ queryKey: SETTINGS }), client.invalidateQueries({ queryKey: ['me'] })])
}

/** Keys for wishes: the same wish (by its content) keeps its key when it is sent again. */
export const useWishKey = (): ((wish: unknown) => string) => {
  const [keys] = useState(() => new Map<string, string>())
  return (wish) => {
    const content = JSON.stringify(wish)
    const key = keys.get(content) ?? newIdempotencyKey()
    keys.set(content, key)
    return key
  }
}
