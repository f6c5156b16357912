import { useState } from 'react'
import styles from './avatar.module.css'
import { Icon } from './icon.tsx'

/** The first letters of the first and the last word; empty for what has no letters, as a phone number. */
export const initialsOf = (name: string): string => {
  const words = name.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words
  return chosen.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('')
}

/** The picture of a person or group, or the initials. The name stands beside it, so it says nothing itself. */
export const Avatar = ({ name, url, size = 32 }: { name: string; url?: string | null; size?: number }) => {
  const [broken, setBroken] = useState<string>()
  const initials = initialsOf(name)
  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size, fontSize: Math.max(11, size * 0.38) }}
      aria-hidden="true"
    >
      {url && url !== broken ? (
        <img src={url} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(url)} />
      ) : (
        initials || <Icon name="person" size={size * 0.6} />
      )}
    </span>
  )
}
