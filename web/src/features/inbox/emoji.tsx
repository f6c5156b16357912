import { useId, useRef } from 'react'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { IconButton } from '../../ui/button.tsx'
import styles from './emoji.module.css'

const GROUPS = {
  smileys:
    '😀 😃 😄 😁 😅 😂 🤣 😊 😇 🙂 😉 😍 🥰 😘 😋 😜 🤗 🤔 🤫 😐 😏 🙄 😬 😌 😴 😷 🤒 😎 🤓 😕 😟 😮 😳 🥺 😢 😭 😱 😡 🤯 🥳',
  gestures: '👍 👎 👌 🤞 ✌️ 👋 🙌 👏 🤝 🙏 💪 👀 🤷 🙋 🙇 🫶',
  hearts: '❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✨ ⭐ 🔥 ✅ ❌ ⚠️ ❓ ❗ ➡️ 🔔 🎉',
  things: '📦 🚚 🛒 💳 💰 🧾 📄 📎 📷 📞 📅 ⏰ 📍 🏠 🏢 🚗 ✈️ ☕ 🍕 🎁 🌹 ☀️ 🌧️ 🔧',
} as const

/** A button that opens emoji to choose from. */
export const EmojiPicker = ({ onChoose }: { onChoose: (emoji: string) => void }) => {
  const { composer } = useTexts(inboxTexts)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const open = (button: HTMLElement) => {
    const element = box.current
    if (!element) return
    element.showPopover()
    const { left, top } = button.getBoundingClientRect()
    element.style.left = `${Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`
    element.style.top = `${Math.max(8, top - element.offsetHeight - 8)}px`
    element.querySelector('button')?.focus()
  }
  return (
    <>
      <IconButton
        icon="smile"
        label={composer.emoji}
        aria-haspopup="dialog"
        aria-controls={id}
        onClick={({ currentTarget }) => open(currentTarget)}
      />
      <div ref={box} id={id} popover="auto" role="dialog" aria-label={composer.emoji} className={styles.box}>
        {Object.entries(GROUPS).map(([group, emoji]) => (
          <section key={group} aria-label={composer.groups[group as keyof typeof GROUPS]}>
            <p>{composer.groups[group as keyof typeof GROUPS]}</p>
            <div className={styles.grid}>
              {emoji.split(' ').map((one) => (
                <button
                  key={one}
                  type="button"
                  className={styles.one}
                  onClick={() => {
                    box.current?.hidePopover()
                    onChoose(one)
                  }}
                >
                  {one}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  )
}
