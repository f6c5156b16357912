import { useEffect, useState } from 'react'
import { soonOnce } from '../../lib/soon.ts'
import { showToast } from '../../ui/toast.ts'
import { type Conversation, markRead } from './api.ts'
import { changeRow, rereadRow } from './cache.ts'

/** Whether somebody looks at this tab. */
const useIsLooked = (): boolean => {
  const [isLooked, setLooked] = useState(() => document.visibilityState === 'visible')
  useEffect(() => {
    const look = () => setLooked(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isLooked
}

/** Messages in quick succession are told as read at once: each telling is a receipt, and news for every open browser. */
const TELL_WAIT_MS = 500

/** Tells the server soon that a conversation was read, also when another one is open by then. */
const tellSoon = soonOnce(TELL_WAIT_MS, (id, onFailure: () => void) => {
  markRead(id).catch(onFailure)
})

/** Clears the unread mark of the open conversation while somebody looks at it. */
export const useSeen = ({ id, unread }: Conversation, isReady: boolean, failure: string): void => {
  const isLooked = useIsLooked()
  useEffect(() => {
    if (!isReady || !isLooked || unread === 0) return
    changeRow(id, (row) => ({ ...row, unread: 0 }))
    tellSoon(id, () => {
      showToast({ tone: 'bad', text: failure })
      rereadRow(id)
    })
  }, [id, unread, isReady, isLooked, failure])
}
