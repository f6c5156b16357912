import { useEffect } from 'react'

/** Names the page in the tab of the browser while the component is shown. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    const before = document.title
    document.title = `${title} · Switchboard`
    return () => {
      document.title = before
    }
  }, [title])
}
