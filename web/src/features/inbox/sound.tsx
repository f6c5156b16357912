import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { peaksOf, useAddress, useFile } from './files.ts'
import styles from './media.module.css'
import { type MediaFacts, MediaState } from './media.tsx'

const STEPS = 40
/** Bytes up to which a sound is read to draw it before somebody plays it. */
const SMALL = 2_000_000
/** The waveform that came with the message, in as many steps as are drawn. */
const stepsOf = (waveform: readonly number[]): number[] | undefined => {
  const highest = Math.max(...waveform, 0)
  if (highest === 0) return undefined
  return Array.from({ length: STEPS }, (_, step) => {
    const from = Math.floor((step * waveform.length) / STEPS)
    const to = Math.max(from + 1, Math.floor(((step + 1) * waveform.length) / STEPS))
    return Math.max(...waveform.slice(from, to)) / highest
  })
}

const FLAT = Array.from({ length: STEPS }, () => 0.25)
const BARS = Array.from({ length: STEPS }, (_, at) => `bar-${at}`)

const clock = (seconds: number): string =>
  Number.isFinite(seconds) ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}` : '0:00'

/** A sound with the shape of its loudness; a click into it goes there. */
export const Sound = ({ media, label }: { media: MediaFacts; label: string }) => {
  const texts = useTexts(inboxTexts).media
  const [wanted, setWanted] = useState(false)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(media.seconds ?? 0)
  const player = useRef<HTMLAudioElement>(null)
  const known = stepsOf(media.waveform)
  const isSmall = (media.size ?? Number.POSITIVE_INFINITY) <= SMALL
  const { data, error } = useFile(media.url, wanted || (known === undefined && isSmall))
  const address = useAddress(data)
  const { data: measured = FLAT } = useQuery({
    queryKey: ['peaks', media.url],
    queryFn: () => peaksOf(data ?? new Blob(), STEPS).catch(() => FLAT),
    enabled: data !== undefined && known === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const peaks = known ?? measured
  if (media.state !== 'ready' || error) return <MediaState media={media} icon="mic" />
  const toggle = () => {
    setWanted(true)
    if (playing) player.current?.pause()
    else void player.current?.play().catch(() => undefined)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no form fields
    <div className={styles.audio} role="group" aria-label={label}>
      <IconButton icon={playing ? 'pause' : 'play'} label={playing ? texts.pause : texts.play} onClick={toggle} />
      <div className={styles.wave}>
        {BARS.map((bar, step) => (
          <i
            key={bar}
            className={classes(length > 0 && step / STEPS < at / length && styles.played)}
            style={{ height: `${Math.max(8, (peaks[step] ?? 0) * 100)}%` }}
          />
        ))}
        <input
          type="range"
          aria-label={texts.position}
          min={0}
          max={Math.max(length, 0.1)}
          step={0.1}
          value={at}
          onChange={({ target }) => {
            if (player.current) player.current.currentTime = Number(target.value)
            setAt(Number(target.value))
          }}
        />
      </div>
      <span className={styles.time}>{clock(playing || at > 0 ? at : length)}</span>
      {/* biome-ignore lint/a11y/useMediaCaption: messages of people have no captions */}
      <audio
        ref={player}
        src={address}
        autoPlay={wanted && !playing && at === 0}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget: { duration } }) => {
          if (Number.isFinite(duration)) setLength(duration)
        }}
      />
    </div>
  )
}
