import { useCallback } from 'react'
import { useLocation, useSearch } from 'wouter'

/**
 * The query of the address, and how to change some of it: an empty value takes a parameter out. The path stays, also inside the
 * pages of a feature, and the history gets no entry for every letter that is typed.
 */
export const useQueryParams = () => {
  const [path, navigate] = useLocation()
  const search = useSearch()
  const set = useCallback(
    (changes: Record<string, string | undefined>) => {
      const next = new URLSearchParams(search)
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value)
        else next.delete(name)
      }
      const query = next.toString()
      navigate(query ? `${path}?${query}` : path, { replace: true })
    },
    [path, search, navigate],
  )
  return { params: new URLSearchParams(search), search, set }
}
