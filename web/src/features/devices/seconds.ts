import { useEffect, useState } from 'react'

const left = (endsMs: number): number => Math.max(0, Math.ceil((endsMs - Date.now()) / 1000))

/** Whole seconds until a moment, counted down to 0. */
export const useSecondsUntil = (endsMs: number): number => {
  const [seconds, setSeconds] = useState(() => left(endsMs))
  useEffect(() => {
    setSeconds(left(endsMs))
    const timer = setInterval(() => setSeconds(left(endsMs)), 500)
    return () => clearInterval(timer)
  }, [endsMs])
  return seconds
}
