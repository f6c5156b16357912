import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { useMe } from '../../lib/me.ts'
import { IconButton } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import type { Conversation, Device, Message } from './api.ts'
import styles from './composer.module.css'
import { keepDraft, readDraft } from './drafts.ts'
import { useAddress } from './files.ts'
import { kindName, writerOf } from './names.ts'
import { send } from './outbox.ts'
import { typingSignal } from './outward-typing.ts'
import { kindOf, type OutgoingFile } from './pending.ts'
import { WritingLine } from './writing-line.tsx'

/** What others do to the composer. */
export type ComposerHandle = { focus: () => void; addFiles: (files: Iterable<File>) => void }

const FILE_LIMIT = 100 * 1024 * 1024

/** The user as the writer of messages. */
export const useWriter = (): { id: number; name: string } => {
  const { user } = useMe()
  return { id: Number(user.id), name: user.name }
}

const Attached = ({ file, onRemove }: { file: OutgoingFile; onRemove: () => void }) => {
  const { composer } = useTexts(inboxTexts)
  const address = useAddress(file.kind === 'image' ? file.blob : undefined)
  return (
    <li className={styles.file}>
      {address ? <img src={address} alt="" /> : null}
      <span>{file.name}</span>
      <IconButton icon="close" label={composer.remove(file.name)} onClick={onRemove} />
    </li>
  )
}

const DeviceState = ({ device }: { device: Device | undefined }) => {
  const { composer } = useTexts(inboxTexts)
  if (!device || device.status === 'connected') return null
  const words = device.status === 'logged_out' ? composer.loggedOut : composer.offline
  return <Notice tone="warn">{words(device.name)}</Notice>
}

const Quoted = ({ message, chatName, onCancel }: { message: Message; chatName: string; onCancel: () => void }) => {
  const texts = useTexts(inboxTexts)
  return (
    <div className={styles.quoted}>
      <div>
        <strong>{texts.message.replyTo(writerOf(message, chatName, texts.message))}</strong>
        <p>{message.body || kindName(message.kind, texts.kinds)}</p>
      </div>
      <IconButton icon="close" label={texts.composer.cancelReply} onClick={onCancel} />
    </div>
  )
}

/** Files that wait to be sent, and how to add some. */
const useAttachments = () => {
  const { composer } = useTexts(inboxTexts)
  const [files, setFiles] = useState<OutgoingFile[]>([])
  const add = (more: Iterable<File>) => {
    const fresh: OutgoingFile[] = []
    for (const file of more) {
      if (file.size > FILE_LIMIT) showToast({ tone: 'bad', text: composer.tooLarge(file.name) })
      else fresh.push({ id: newIdempotencyKey(), blob: file, name: file.name, kind: kindOf(file.type) })
    }
    setFiles((now) => [...now, ...fresh])
  }
  return { files, add, setFiles }
}

/** The words, kept as a draft of the conversation, and the field they are written in. */
const useDraft = (user: number, conversationId: number) => {
  const [text, setText] = useState(() => readDraft(user, conversationId))
  const field = useRef<HTMLTextAreaElement>(null)
  const write = (next: string) => {
    setText(next)
    keepDraft(user, conversationId, next)
    if (next.trim()) typingSignal.wrote(conversationId)
    else typingSignal.stopped(conversationId)
  }
  const focus = () => field.current?.focus()
  const insert = (words: string) => {
    const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {}
    write(text.slice(0, selectionStart) + words + text.slice(selectionEnd))
    focus()
  }
  return { text, field, write, focus, insert }
}

type ComposerProps = {
  conversation: Conversation
  device: Device | undefined
  replyTo: Message | undefined
  onReplied: () => void
  ref: Ref<ComposerHandle>
}

/** Where the user writes: keeps a draft per conversation, takes files that are chosen, pasted or dropped. */
export const Composer = ({ conversation, device, replyTo, onReplied, ref }: ComposerProps) => {
  const by = useWriter()
  const { id: conversationId, name } = conversation
  const draft = useDraft(by.id, conversationId)
  const { files, add, setFiles } = useAttachments()
  const addFiles = (more: Iterable<File>) => {
    add(more)
    draft.focus()
  }
  useEffect(() => () => typingSignal.stopped(conversationId), [conversationId])
  useImperativeHandle(ref, () => ({ focus: draft.focus, addFiles }))
  const submit = () => {
    const body = draft.text.trim()
    if (!body && files.length === 0) return
    // The words go with the first file, as its caption.
    const parts = files.length > 0 ? files : [undefined]
    for (const [at, file] of parts.entries()) {
      send({ conversationId, by, file, body: at === 0 ? body : '', replyTo: at === 0 ? replyTo : undefined })
    }
    typingSignal.ended(conversationId)
    draft.write('')
    setFiles([])
    onReplied()
    draft.focus()
  }
  return (
    <div className={styles.composer}>
      <DeviceState device={device} />
      {replyTo && <Quoted message={replyTo} chatName={name} onCancel={onReplied} />}
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map((file) => (
            <Attached key={file.id} file={file} onRemove={() => setFiles(files.filter((other) => other !== file))} />
          ))}
        </ul>
      )}
      <WritingLine
        draft={draft}
        hasFiles={files.length > 0}
        onFiles={addFiles}
        onSubmit={submit}
        onEscape={() => (replyTo ? onReplied() : draft.field.current?.blur())}
      />
    </div>
  )
}
