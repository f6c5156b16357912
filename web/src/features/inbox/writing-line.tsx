import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef } from 'react'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { IconButton } from '../../ui/button.tsx'
import styles from './composer.module.css'
import { EmojiPicker } from './emoji.tsx'

/** Characters a message may have, and the words under a file. */
const TEXT_LIMIT = 4096
const CAPTION_LIMIT = 1024

/** The field, and the buttons beside it. Enter sends; Shift + Enter begins a line. */
export const WritingLine = ({ draft, hasFiles, onFiles, onSubmit, onEscape }: WritingLineProps) => {
  const { composer } = useTexts(inboxTexts)
  const chooser = useRef<HTMLInputElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onEscape()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    onSubmit()
  }
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    onFiles(event.clipboardData.files)
  }
  return (
    <form className={styles.line} action={onSubmit}>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          target.value = ''
        }}
      />
      <IconButton icon="attach" label={composer.attach} onClick={() => chooser.current?.click()} />
      <EmojiPicker onChoose={draft.insert} />
      <textarea
        ref={draft.field}
        className={styles.field}
        rows={1}
        aria-label={composer.label}
        placeholder={hasFiles ? composer.captionPlaceholder : composer.placeholder}
        title={composer.hint}
        maxLength={hasFiles ? CAPTION_LIMIT : TEXT_LIMIT}
        value={draft.text}
        onChange={({ target }) => draft.write(target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <IconButton
        icon="send"
        look="primary"
        type="submit"
        label={composer.send}
        disabled={!draft.text.trim() && !hasFiles}
      />
    </form>
  )
}

type WritingLineProps = {
  draft: {
    text: string
    field: RefObject<HTMLTextAreaElement | null>
    write: (text: string) => void
    insert: (words: string) => void
  }
  hasFiles: boolean
  onFiles: (files: Iterable<File>) => void
  onSubmit: () => void
  onEscape: () => void
}
