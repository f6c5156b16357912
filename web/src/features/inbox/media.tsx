import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { showToast } from '../../ui/toast.ts'
import type { Message } from './api.ts'
import { saveFile, useAddress, useFile } from './files.ts'
import styles from './media.module.css'

/** The file of a message. */
export type MediaFacts = NonNullable<Message['media']>

/** The file is not there (yet): why, in a sentence. */
export const MediaState = ({ media, icon }: { media: MediaFacts; icon: IconName }) => {
  const texts = useTexts(inboxTexts).media
  return (
    <p className={styles.state}>
      {media.state === 'pending' ? <Spinner size={18} /> : <Icon name={icon} size={18} />}
      {media.state === 'ready' ? texts.readFailed : texts[media.state]}
    </p>
  )
}

/** The shape that is kept free for a picture, so that nothing moves when it comes. */
const shapeOf = ({ width, height }: MediaFacts) => ({
  aspectRatio: width && height ? `${width} / ${height}` : '4 / 3',
})

/** What is known of a picture before it is there, blurred; nothing where nothing is. */
const Blurred = ({ preview }: { preview: string }) =>
  preview ? <img src={preview} alt="" className={classes(styles.fill, styles.blurred)} /> : null

/** A picture whose file is not there (yet): what it is like, and why. */
const Awaited = ({ media, icon, round = false }: { media: MediaFacts; icon: IconName; round?: boolean }) =>
  media.preview ? (
    <>
      <div className={classes(styles.frame, styles.awaited, round && styles.round)} style={shapeOf(media)}>
        <Blurred preview={media.preview} />
      </div>
      <MediaState media={media} icon={icon} />
    </>
  ) : (
    <MediaState media={media} icon={icon} />
  )

/** Reads the file again from the cache and hands it to the browser. */
export const useSave = (media: MediaFacts, name: string) => {
  const [wanted, setWanted] = useState(false)
  const texts = useTexts(inboxTexts).media
  const file = useFile(media.url, wanted)
  const save = async () => {
    setWanted(true)
    const { data } = file.data ? file : await file.refetch()
    if (data) saveFile(data, media.filename || name)
    else showToast({ tone: 'bad', text: texts.readFailed })
  }
  return { save: () => void save(), busy: file.isFetching }
}

/** A picture in the bubble; a click shows it large. */
export const Picture = ({ media, words }: { media: MediaFacts; words: string }) => {
  const texts = useTexts(inboxTexts)
  const [large, setLarge] = useState(false)
  const { data, error } = useFile(media.url)
  const address = useAddress(data)
  const name = words || texts.kinds.image
  if (media.state !== 'ready' || error) return <Awaited media={media} icon="image" />
  return (
    <>
      <button
        type="button"
        className={styles.frame}
        style={shapeOf(media)}
        aria-label={texts.media.open(name)}
        onClick={() => setLarge(true)}
      >
        <Blurred preview={media.preview} />
        {address && <img src={address} alt="" className={classes(styles.fill, styles.over)} />}
      </button>
      {large && address && <Large media={media} address={address} name={name} onClose={() => setLarge(false)} />}
    </>
  )
}

const Large = ({
  media,
  address,
  name,
  onClose,
}: {
  media: MediaFacts
  address: string
  name: string
  onClose: () => void
}) => {
  const texts = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const { save } = useSave(media, 'photo')
  return (
    <Dialog
      wide
      title={texts.kinds.image}
      onClose={onClose}
      actions={
        <>
          <Button icon="download" onClick={save}>
            {texts.media.download}
          </Button>
          <Button onClick={onClose}>{core.actions.close}</Button>
        </>
      }
    >
      <img src={address} alt={name} className={styles.large} />
    </Dialog>
  )
}

/** A sticker: a small picture without a bubble. */
export const Sticker = ({ media }: { media: MediaFacts }) => {
  const { kinds } = useTexts(inboxTexts)
  const { data, error } = useFile(media.url)
  const address = useAddress(data)
  if (media.state !== 'ready' || error) return <MediaState media={media} icon="image" />
  return <div className={styles.sticker}>{address && <img src={address} alt={kinds.sticker} />}</div>
}

/** How large a file is, in words; empty when that is not known. */
const useSize = () => {
  const { number } = useFormats()
  return (bytes: number | null): string => {
    if (bytes === null) return ''
    const kilobytes = Math.max(1, Math.round(bytes / 1000))
    return kilobytes < 1000
      ? number(kilobytes, { style: 'unit', unit: 'kilobyte' })
      : number(kilobytes / 1000, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })
  }
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** A film: it is read when somebody wants to see it. */
export const Film = ({ media, round }: { media: MediaFacts; round: boolean }) => {
  const texts = useTexts(inboxTexts)
  const sizeOf = useSize()
  const [wanted, setWanted] = useState(false)
  const { data, error, isFetching } = useFile(media.url, wanted)
  const address = useAddress(data)
  if (media.state !== 'ready' || error) return <Awaited media={media} icon="film" round={round} />
  if (address) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: messages of people have no captions
      <video
        src={address}
        controls
        autoPlay
        className={classes(styles.film, round && styles.round)}
        style={shapeOf(media)}
      />
    )
  }
  return (
    <button
      type="button"
      className={classes(styles.frame, styles.poster, round && styles.round)}
      style={shapeOf(media)}
      title={`${texts.media.play}: ${texts.kinds.video}`}
      onClick={() => setWanted(true)}
    >
      <Blurred preview={media.preview} />
      <span className={styles.play}>{isFetching ? <Spinner size={24} /> : <Icon name="play" size={24} />}</span>
      <span className="visually-hidden">{`${texts.media.play}: ${texts.kinds.video}`}</span>
      <span className={styles.length}>
        {[media.seconds === null ? '' : clock(media.seconds), sizeOf(media.size)].filter(Boolean).join(' · ')}
      </span>
    </button>
  )
}

/** A file that is saved on a click. */
export const Document = ({ media }: { media: MediaFacts }) => {
  const texts = useTexts(inboxTexts)
  const sizeOf = useSize()
  const { save, busy } = useSave(media, 'document')
  const isReady = media.state === 'ready'
  const ending = media.filename.includes('.') ? media.filename.split('.').at(-1)?.toUpperCase() : media.mime
  const name = media.filename || texts.kinds.document
  return (
    <>
      <button type="button" className={styles.document} disabled={!isReady} onClick={save} title={texts.media.download}>
        <Icon name="file" size={24} />
        <span className={styles.names}>
          <span className={styles.name}>{name}</span>
          <span className={styles.quiet}>{[ending, sizeOf(media.size)].filter(Boolean).join(' · ')}</span>
        </span>
        {busy ? <Spinner size={18} /> : isReady && <Icon name="download" size={18} />}
      </button>
      {!isReady && <MediaState media={media} icon="file" />}
    </>
  )
}
