import { useFormats } from '../../i18n/format.ts'
import { type InboxTexts, inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { classes } from '../../ui/classes.ts'
import type { Message } from './api.ts'
import styles from './bubble.module.css'
import { Document, Film, Picture, Sticker } from './media.tsx'
import { kindName } from './names.ts'
import { Appointment, Cards, Panel, Place, Poll, Sheet } from './panels.tsx'
import { isOnlyEmoji, richText } from './rich-text.tsx'
import { Sound } from './sound.tsx'

type Payload = NonNullable<Message['payload']>

const DAY = 86_400

const useSystemWords = (payload: Payload): string => {
  const { message } = useTexts(inboxTexts)
  const { number } = useFormats()
  if (payload.about !== 'timer') return message.system
  const seconds = Number(payload.seconds)
  if (!(seconds > 0)) return message.timerOff
  return message.timer(
    seconds >= DAY ? message.days(number(seconds / DAY)) : message.hours(number(Math.max(1, seconds / 3600))),
  )
}

/** A line between the messages about the chat itself. */
export const SystemLine = ({ message }: { message: Message }) => <>{useSystemWords(message.payload ?? {})}</>

const callWords = (payload: Payload, { call }: InboxTexts): string => {
  const kind = payload.video === true ? call.video : call.voice
  if (payload.startsAt !== undefined) return `${kind}, ${call.planned}`
  return payload.outcome === 'connected' || payload.outcome === undefined ? kind : `${kind}, ${call.missed}`
}

const Special = ({ message }: { message: Message }) => {
  const texts = useTexts(inboxTexts)
  const { number } = useFormats()
  const { kind, body, payload } = message
  const facts = payload ?? {}
  const title = kindName(kind, texts.kinds)
  switch (kind) {
    case 'event':
      return <Appointment name={body} payload={facts} />
    case 'interactive':
      return <Panel body={body} payload={facts} />
    case 'order': {
      const items = Number(facts.items) > 0 ? texts.order.items(number(Number(facts.items))) : ''
      return (
        <Sheet title={title} body={body} lines={[facts.title, items, facts.total ?? facts.price, facts.currency]} />
      )
    }
    case 'payment':
      return <Sheet title={title} body={body} lines={[facts.amount, facts.currency]} />
    case 'invite':
      return <Sheet title={title} body={body} lines={[facts.groupName ?? facts.newsletterName]} />
    case 'call':
      return <Sheet title={callWords(facts, texts)} body={body} lines={[]} />
    case 'album':
      return <p>{texts.media.album(number(Number(facts.images ?? 0)), number(Number(facts.videos ?? 0)))}</p>
    case 'undecryptable':
      return <p className={styles.quiet}>{texts.message.undecryptable}</p>
    default:
      return body ? <p>{richText(body)}</p> : <p className={styles.quiet}>{texts.message.unsupported}</p>
  }
}

const File = ({ message }: { message: Message }) => {
  const { kinds } = useTexts(inboxTexts)
  const { media, kind, body, payload } = message
  if (!media) return null
  if (kind === 'image') return <Picture media={media} words={body} />
  if (kind === 'sticker') return <Sticker media={media} />
  if (kind === 'video') return <Film media={media} round={payload?.round === true} />
  if (kind === 'audio') return <Sound media={media} label={payload?.voice === true ? kinds.voice : kinds.audio} />
  return media.mime.startsWith('image/') && kind !== 'document' ? (
    <Picture media={media} words={body} />
  ) : (
    <Document media={media} />
  )
}

/** Kinds whose body is a caption or the words themselves. */
const WORDED = new Set(['text', 'image', 'video', 'audio', 'document', 'sticker'])

/** Kinds of files that are as wide as they are: the words below do not widen them. */
const FRAMED = new Set(['image', 'video'])

const wordsStyle = ({ kind, body, media }: Message) => {
  if (media && FRAMED.has(kind)) return classes(styles.words, styles.caption)
  return isOnlyEmoji(body) && kind === 'text' ? styles.emoji : styles.words
}

/** What a message says, drawn by its kind. */
export const Content = ({ message }: { message: Message }) => {
  const { kind, body, media, poll, location, contacts } = message
  return (
    <>
      {media && <File message={message} />}
      {poll && <Poll poll={poll} />}
      {location && <Place location={location} />}
      {contacts && <Cards contacts={contacts} />}
      {WORDED.has(kind)
        ? body && <p className={wordsStyle(message)}>{richText(body)}</p>
        : !poll && !location && !contacts && <Special message={message} />}
    </>
  )
}
