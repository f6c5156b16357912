import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Message } from './api.ts'
import { namesOf } from './names.ts'
import styles from './panels.module.css'
import { richText } from './rich-text.tsx'

/** A place, with the way to a map. */
export const Place = ({ location }: { location: NonNullable<Message['location']> }) => {
  const texts = useTexts(inboxTexts).place
  const { latitude, longitude, name, address, live } = location
  return (
    <div className={styles.line}>
      <Icon name="place" size={24} />
      <div>
        <p className={styles.strong}>
          {name || (live ? texts.live : `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`)}
        </p>
        {address && <p>{address}</p>}
        <a
          href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {texts.open}
        </a>
      </div>
    </div>
  )
}

/** Cards of people. */
export const Cards = ({ contacts }: { contacts: NonNullable<Message['contacts']> }) => (
  <ul className={styles.stack}>
    {contacts.map(({ name, phones }) => (
      <li key={`${name} ${phones.join(' ')}`} className={styles.line}>
        <Icon name="person" size={24} />
        <div>
          <p className={styles.strong}>{name}</p>
          {phones.map((phone) => (
            <CopyText key={phone} text={phone} />
          ))}
        </div>
      </li>
    ))}
  </ul>
)

/** A poll with its votes. */
export const Poll = ({ poll }: { poll: NonNullable<Message['poll']> }) => {
  const texts = useTexts(inboxTexts)
  const { number } = useFormats()
  const most = Math.max(1, ...poll.options.map(({ votes }) => votes))
  return (
    <div className={styles.stack}>
      <p className={styles.strong}>{poll.question}</p>
      <p className={styles.quiet}>{poll.selectable === 1 ? texts.poll.one : texts.poll.several}</p>
      <ul className={styles.stack}>
        {poll.options.map(({ name, votes, voters }) => (
          <li
            key={name}
            className={styles.option}
            title={voters.length > 0 ? texts.poll.voters(namesOf(voters, texts.message.you)) : undefined}
          >
            <span>{name}</span>
            <span className={styles.quiet}>{votes === 1 ? texts.poll.oneVote : texts.poll.votes(number(votes))}</span>
            <span className={styles.track}>
              <span className={styles.bar} style={{ inlineSize: `${(votes / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

type Payload = Record<string, unknown>

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

const plain = (value: unknown): Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : {}

const listOf = (value: unknown): Payload[] => (Array.isArray(value) ? value.map(plain) : [])

/** An appointment. */
export const Appointment = ({ name, payload }: { name: string; payload: Payload }) => {
  const texts = useTexts(inboxTexts).event
  const { date } = useFormats()
  const place = plain(payload.place)
  const time = (seconds: unknown) => (Number(seconds) > 0 ? date(Number(seconds) * 1000) : '')
  const [from, to] = [time(payload.startsAt), time(payload.endsAt)]
  const link = textOf(payload.joinLink)
  return (
    <div className={styles.line}>
      <Icon name="calendar" size={24} />
      <div>
        <p className={styles.strong}>
          {name} {payload.cancelled === true && <span className={styles.quiet}>({texts.cancelled})</span>}
        </p>
        {from && <p>{to ? texts.until(from, to) : from}</p>}
        <p className={styles.quiet}>{[place.name, place.address].map(textOf).filter(Boolean).join(', ')}</p>
        {textOf(payload.description) && <p>{richText(textOf(payload.description))}</p>}
        {/^https:/.test(link) && (
          <a href={link} target="_blank" rel="noopener noreferrer">
            {texts.join}
          </a>
        )}
      </div>
    </div>
  )
}

const labelsOf = (button: Payload): string[] => {
  const params = plain(button.params)
  const rows = listOf(params.sections).flatMap((section) => listOf(section.rows))
  const title = textOf(params.display_text) || textOf(params.title) || textOf(button.name)
  return [title, ...rows.map((row) => `• ${[row.title, row.description].map(textOf).filter(Boolean).join(': ')}`)]
}

/** Words with buttons, a list or cards; or what somebody chose of those. */
export const Panel = ({ body, payload }: { body: string; payload: Payload }) => {
  const texts = useTexts(inboxTexts).choice
  if (payload.form === undefined) {
    const how = payload.type === 'list' || payload.type === 'button' ? texts[payload.type] : texts.other
    return (
      <div>
        <p className={styles.quiet}>{how}</p>
        <p>{body || textOf(payload.title) || textOf(payload.id)}</p>
        {textOf(payload.description) && <p className={styles.quiet}>{textOf(payload.description)}</p>}
      </div>
    )
  }
  const title = textOf(payload.title)
  return (
    <div className={styles.stack}>
      {title && title !== body && <p className={styles.strong}>{title}</p>}
      {body && <p>{richText(body)}</p>}
      {textOf(payload.footer) && <p className={styles.quiet}>{textOf(payload.footer)}</p>}
      <ul className={styles.buttons}>
        {listOf(payload.buttons)
          .flatMap(labelsOf)
          .map((label) => (
            <li key={label}>{label}</li>
          ))}
      </ul>
      {listOf(payload.cards).map((card) => (
        <Panel key={JSON.stringify(card)} body={textOf(card.text)} payload={{ form: 'card', ...card }} />
      ))}
    </div>
  )
}

/** What an order, a payment or an invitation says, line by line. */
export const Sheet = ({ title, body, lines }: { title: string; body: string; lines: unknown[] }) => (
  <div>
    <p className={styles.strong}>{title}</p>
    {body && <p>{richText(body)}</p>}
    <p className={styles.quiet}>{lines.map(textOf).filter(Boolean).join(' · ')}</p>
  </div>
)
