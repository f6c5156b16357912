import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { PaneHead } from '../../ui/panes.tsx'
import type { Conversation } from './api.ts'
import styles from './thread.module.css'
import { useTyping } from './typing.ts'
import { useStatusChange } from './use-status.ts'

/** Over the thread: with whom it is, on which device, what the other side does, and what can be done with it. */
export const ThreadHead = ({
  conversation,
  up,
  detailsOpen,
  onDetails,
}: {
  conversation: Conversation
  up: string
  detailsOpen: boolean
  onDetails: () => void
}) => {
  const { thread } = useTexts(inboxTexts)
  const can = useCan()
  const { id, name, phone, is_group: isGroup, device_name: device, status } = conversation
  const typing = useTyping(id)
  const { toggle, isChanging } = useStatusChange()
  const second = [isGroup ? thread.group : phone !== name && phone, thread.onDevice(device)].filter(Boolean).join(' ')
  const title = (
    <span className={styles.title}>
      <Avatar name={name} />
      <span className={styles.names}>
        <span className={styles.name}>{name}</span>
        <span className={styles.second} aria-live="polite">
          {typing ? <em>{typing === 'audio' ? thread.recording : thread.typing}</em> : second}
        </span>
      </span>
    </span>
  )
  return (
    <PaneHead up={up} title={title}>
      {status === 'solved' && <Badge tone="good">{thread.solved}</Badge>}
      {can('chats.send') && (
        <Button icon={status === 'open' ? 'check' : 'refresh'} busy={isChanging} onClick={() => toggle(conversation)}>
          <span className={styles.action}>{status === 'open' ? thread.solve : thread.reopen}</span>
        </Button>
      )}
      <IconButton icon="panel" label={thread.details} aria-pressed={detailsOpen} onClick={onDetails} />
    </PaneHead>
  )
}
