import { useMutation } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type PhoneMessage, readOnPhone, sendAsPhone } from './api.ts'
import { Bubble } from './bubble.tsx'
import { readFile } from './files.ts'
import styles from './phones.module.css'

const isUnread = ({ fromMe, status }: PhoneMessage): boolean => !fromMe && status === 'received'

/** One chat of a simulated phone, and what its owner writes. Without a chat the number to write to is asked for. */
export const Chat = ({
  phone,
  chat,
  messages,
  onSent,
}: {
  phone: string
  chat: string | undefined
  messages: readonly PhoneMessage[]
  /** Told the id of what was sent; which chat it went to, by number or LID, is known when it is listed. */
  onSent: (id: string) => void
}) => {
  const core = useTexts(coreTexts)
  const { chats, thread } = useTexts(phoneTexts)
  const [to, setTo] = useState('')
  const [text, setText] = useState('')
  const end = useRef<HTMLDivElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const target = chat ?? to.replace(/\D/g, '')
  const sending = useMutation({
    mutationFn: async (file: File | undefined) => {
      const content = file ? await readFile(file, text) : { text }
      return sendAsPhone({ params: { phone }, body: { to: target, ...content } })
    },
    onSuccess: ({ id }) => {
      setText('')
      onSent(id)
    },
  })
  const reading = useMutation({
    mutationFn: () => readOnPhone({ params: { phone }, body: { id: messages.filter(isUnread).map(({ id }) => id) } }),
  })
  const showEnd = useEffectEvent(() => end.current?.scrollIntoView({ block: 'end' }))
  // Newer browsers answer scrollIntoView() with a promise, which is no clean-up of an effect.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a message more is what moves the view
  useEffect(() => void showEnd(), [messages.length])
  const failure = sending.error ?? reading.error
  return (
    <>
      <div className={styles.thread} role="log" aria-label={thread.label}>
        {messages.length === 0 && <p className={styles.quiet}>{chats.empty}</p>}
        {messages.map((message) => (
          <Bubble key={message.id} phone={phone} message={message} />
        ))}
        <div ref={end} />
      </div>
      {failure && <Notice tone="bad">{explain(core, failure)}</Notice>}
      <form className={styles.composer} action={() => sending.mutate(undefined)}>
        {chat === undefined && (
          <Input
            type="tel"
            aria-label={chats.to}
            placeholder={chats.to}
            required
            value={to}
            onChange={({ target: { value } }) => setTo(value)}
          />
        )}
        <input
          ref={files}
          type="file"
          hidden
          onChange={({ target: input }) => {
            const [file] = input.files ?? []
            input.value = ''
            if (file && target) sending.mutate(file)
          }}
        />
        <IconButton icon="attach" label={thread.attach} disabled={!target} onClick={() => files.current?.click()} />
        <Input
          aria-label={thread.placeholder}
          placeholder={thread.placeholder}
          required
          maxLength={65_536}
          value={text}
          autoComplete="off"
          onChange={({ target: { value } }) => setText(value)}
        />
        {messages.some(isUnread) && (
          <Button className={styles.reader} busy={reading.isPending} onClick={() => reading.mutate()}>
            {thread.read}
          </Button>
        )}
        <Button look="primary" icon="send" type="submit" busy={sending.isPending}>
          {thread.send}
        </Button>
      </form>
    </>
  )
}
