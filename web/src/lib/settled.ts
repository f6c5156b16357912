import { useEffect, useState } from 'react'

/** A text that follows what is typed once typing pauses. */
export const useSettled = (text: string, ms = 250): string => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return settled
}
