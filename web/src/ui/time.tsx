import { useFormats } from '../i18n/format.ts'
import { useNow } from '../lib/now.ts'

/** A moment, as "5 min. ago"; the exact one on hover. `exact` shows date and time instead. */
export const Time = ({ at, exact = false }: { at: string | number; exact?: boolean }) => {
  const { date, relative } = useFormats()
  const atMs = typeof at === 'number' ? at : Date.parse(at)
  const nowMs = useNow()
  const full = date(atMs, { dateStyle: 'full', timeStyle: 'medium' })
  return (
    <time dateTime={new Date(atMs).toISOString()} title={full}>
      {exact ? date(atMs) : relative(atMs, nowMs)}
    </time>
  )
}
