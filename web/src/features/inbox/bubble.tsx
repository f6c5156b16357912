import { coreTexts } from '../../i18n/core.ts'
import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Message } from './api.ts'
import styles from './bubble.module.css'
import { Content } from './content.tsx'
import { failureSentence } from './failure.ts'
import { kindName, namesOf, writerOf } from './names.ts'
import { Ticks } from './ticks.tsx'

/** What a bubble can be asked for. Without `onReply` the user may not write here. */
export type BubbleActions = {
  onReply?: (message: Message) => void
  onQuoted: (messageId: string) => void
  onRepeat?: (message: Message) => void
}

const Quote = ({
  reply,
  chatName,
  onOpen,
}: {
  reply: NonNullable<Message['reply_to']>
  chatName: string
  onOpen: () => void
}) => {
  const { message, kinds } = useTexts(inboxTexts)
  const who = reply.direction === 'out' ? message.you : reply.name || chatName
  return (
    <button type="button" className={styles.quote} onClick={onOpen} disabled={!reply.known} title={message.goToQuoted}>
      {reply.known && <span className={styles.who}>{who}</span>}
      <span className={styles.quoted}>
        {reply.known ? reply.body || kindName(reply.kind, kinds) : message.quoteUnknown}
      </span>
    </button>
  )
}

const Reactions = ({ reactions }: { reactions: Message['reactions'] }) => {
  const { message } = useTexts(inboxTexts)
  const byEmoji = Object.entries(Object.groupBy(reactions, ({ emoji }) => emoji))
  const who = byEmoji
    .map(([emoji, some = []]) =>
      message.reactedBy(
        emoji,
        namesOf(
          some.map(({ by }) => by),
          message.you,
        ),
      ),
    )
    .join('; ')
  return (
    <span className={styles.reactions} title={who} role="img" aria-label={message.reactions(who)}>
      {byEmoji.map(([emoji, some = []]) => (
        <span key={emoji}>
          {emoji}
          {some.length > 1 && some.length}
        </span>
      ))}
    </span>
  )
}

const Foot = ({ message, last }: { message: Message; last: boolean }) => {
  const texts = useTexts(inboxTexts).message
  const { date } = useFormats()
  const { direction, status, edited, edited_at, starred, timestamp, read_at, delivered_at, sent_at } = message
  const at = { read: read_at, delivered: delivered_at, sent: sent_at }[status as string]
  if (!last && direction === 'in' && !edited && !starred) return null
  return (
    <span className={styles.foot}>
      {starred && <span title={texts.starred}>★</span>}
      {edited && <span title={edited_at ? date(edited_at) : undefined}>{texts.edited}</span>}
      {last && (
        <time dateTime={timestamp} title={date(timestamp, { dateStyle: 'full', timeStyle: 'medium' })}>
          {date(timestamp, { timeStyle: 'short' })}
        </time>
      )}
      {direction === 'out' && <Ticks status={status} at={at ?? timestamp} />}
    </span>
  )
}

const Deleted = ({ message }: { message: Message }) => {
  const texts = useTexts(inboxTexts).message
  return (
    <div className={styles.quiet}>
      <p className={styles.line}>
        <Icon name="trash" size={16} />
        {texts.deleted}
      </p>
      {message.body && (
        <p>
          {texts.deletedSaid} <s>{message.body}</s>
        </p>
      )}
    </div>
  )
}

const Failure = ({ message, onRepeat }: { message: Message; onRepeat?: () => void }) => {
  const core = useTexts(coreTexts)
  const texts = useTexts(inboxTexts)
  return (
    <p className={styles.failure}>
      <span>
        {texts.message.failed} {message.error && failureSentence(core, texts, message.error)}
      </span>
      {onRepeat && (
        <Button icon="refresh" onClick={onRepeat}>
          {texts.message.retry}
        </Button>
      )}
    </p>
  )
}

/** A message of the thread. */
export const Bubble = ({
  message,
  chatName,
  isNamed,
  first,
  last,
  found,
  actions: { onReply, onQuoted, onRepeat },
}: {
  message: Message
  chatName: string
  /** Who wrote it is not clear by itself: in a group, and what others of us sent. */
  isNamed: boolean
  first: boolean
  last: boolean
  /** It was jumped to just now. */
  found: boolean
  actions: BubbleActions
}) => {
  const texts = useTexts(inboxTexts).message
  const { date } = useFormats()
  const { direction, deleted, reply_to: reply, reactions, status, kind, timestamp } = message
  const isOwn = direction === 'out'
  const writer = writerOf(message, chatName, texts)
  const shape = [
    isOwn && styles.own,
    first && styles.first,
    found && styles.found,
    reactions.length > 0 && styles.reacted,
  ]
  return (
    <article
      className={classes(styles.row, ...shape)}
      aria-label={texts.from(writer, date(timestamp, { dateStyle: 'medium', timeStyle: 'short' }))}
    >
      <div className={classes(styles.bubble, kind === 'sticker' && !deleted && styles.bare)}>
        {first && isNamed && <p className={styles.writer}>{writer}</p>}
        {reply && !deleted && <Quote reply={reply} chatName={chatName} onOpen={() => onQuoted(reply.wa_message_id)} />}
        {deleted ? <Deleted message={message} /> : <Content message={message} />}
        <Foot message={message} last={last} />
        {reactions.length > 0 && !deleted && <Reactions reactions={reactions} />}
      </div>
      {onReply && !deleted && status !== 'failed' && (
        <IconButton icon="reply" label={texts.reply} className={styles.reply} onClick={() => onReply(message)} />
      )}
      {isOwn && status === 'failed' && <Failure message={message} onRepeat={onRepeat && (() => onRepeat(message))} />}
    </article>
  )
}
