import { useMutation } from '@tanstack/react-query'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { signedBlob } from '../../lib/blob.ts'
import { Badge } from '../../ui/badge.tsx'
import { classes } from '../../ui/classes.ts'
import { Time } from '../../ui/time.tsx'
import type { PhoneMessage } from './api.ts'
import styles from './phones.module.css'

const useContent = (message: PhoneMessage): string => {
  const { kinds, revoked } = useTexts(phoneTexts).thread
  const { kind, text, caption, media, reaction, location, poll } = message
  if (message.revoked) return revoked
  const name =
    Object.hasOwn(kinds, kind) && kind !== 'other'
      ? kinds[kind as Exclude<keyof typeof kinds, 'other'>]
      : kinds.other(kind)
  const facts = caption ?? media?.fileName ?? reaction ?? location?.name ?? poll?.options?.join(' / ')
  return text ?? (facts === undefined ? name : `${name}: ${facts}`)
}

/** One message as the simulated phone shows it. */
export const Bubble = ({ phone, message }: { phone: string; message: PhoneMessage }) => {
  const { thread } = useTexts(phoneTexts)
  const content = useContent(message)
  const { fromMe, timestamp, status, times = 1, edited, quotedText, media, id } = message
  const opening = useMutation({
    mutationFn: async () => {
      const address = URL.createObjectURL(
        await signedBlob(`/api/v1/sandbox/phones/${phone}/media/${encodeURIComponent(id)}`),
      )
      window.open(address, '_blank', 'noopener')
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    },
  })
  const said = Object.hasOwn(thread.status, status) ? thread.status[status as keyof typeof thread.status] : status
  return (
    <div className={classes(styles.bubble, fromMe && styles.own)}>
      {quotedText && <blockquote className={styles.quote}>{quotedText}</blockquote>}
      <p>{content}</p>
      {media && !message.revoked && (
        <button type="button" className={styles.file} onClick={() => opening.mutate()}>
          {thread.openFile}
        </button>
      )}
      <footer className={styles.quiet}>
        {times > 1 && <Badge tone="warn">{thread.duplicate(times)}</Badge>}
        {edited && <span>{thread.edited}</span>}
        <span>{said}</span>
        <Time at={timestamp * 1000} />
      </footer>
    </div>
  )
}
