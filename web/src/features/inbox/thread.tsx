import { useQuery } from '@tanstack/react-query'
import { type DragEvent, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { signedBlob } from '../../lib/blob.ts'
import { useCan } from '../../lib/me.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { useStore } from '../../lib/store.ts'
import { Notice } from '../../ui/notice.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { type Conversation, devicesQuery, type Message } from './api.ts'
import { Composer, type ComposerHandle, useWriter } from './composer.tsx'
import { firstUnreadOf, itemsOf } from './items.ts'
import { MessageList, type MessageListHandle } from './message-list.tsx'
import { outboxStore, send, shownAs } from './outbox.ts'
import { kindOf } from './pending.ts'
import styles from './thread.module.css'
import { useSeen } from './use-seen.ts'
import { useStatusChange } from './use-status.ts'
import { useThread } from './use-thread.ts'

const FOUND_MS = 2000

/** Sends a message that failed once more, as a new one: what WhatsApp refused under its id stays refused. */
const useRepeat = () => {
  const by = useWriter()
  const texts = useTexts(inboxTexts).media
  return (message: Message) => {
    const { conversation_id: conversationId, body, media } = message
    if (!media) return send({ conversationId, by, body })
    signedBlob(media.url).then(
      (blob) => {
        const file = { id: message.id, blob, name: media.filename || message.kind, kind: kindOf(media.mime) }
        send({ conversationId, by, body, file })
      },
      () => showToast({ tone: 'bad', text: texts.readFailed }),
    )
  }
}

/** Takes files that are dropped anywhere on the thread. */
const useDrop = (onFiles: ((files: Iterable<File>) => void) | undefined) => {
  const [isOver, setOver] = useState(false)
  const hasFiles = ({ dataTransfer }: DragEvent) => onFiles !== undefined && dataTransfer.types.includes('Files')
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        onFiles?.(event.dataTransfer.files)
      },
    },
  }
}

/** Goes to a message, however far back, and marks it for a moment. */
const useJump = (list: React.RefObject<MessageListHandle | null>, reach: (id: string) => Promise<boolean>) => {
  const texts = useTexts(inboxTexts).message
  const [found, setFound] = useState<string>()
  const jump = async (messageId: string) => {
    if (!(await reach(messageId))) return showToast({ text: texts.quoteFar })
    // The list is drawn with the older messages first.
    setTimeout(() => {
      list.current?.show(shownAs.get(messageId) ?? messageId)
      setFound(messageId)
      setTimeout(() => setFound(undefined), FOUND_MS)
    })
  }
  return { found, jump: (messageId: string) => void jump(messageId) }
}

/** The messages of a conversation, and where the user writes. Give it the conversation's number as `key`. */
export const Thread = ({ conversation, onDetails }: { conversation: Conversation; onDetails: () => void }) => {
  const texts = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const can = useCan()('chats.send')
  const { id } = conversation
  const { data, error, refetch, older, olderError, reach } = useThread(id)
  const { data: devices } = useQuery(devicesQuery)
  const outbox = useStore(outboxStore)
  const [unreadAtFirst] = useState(conversation.unread)
  const [marked, setMarked] = useState<string>()
  const [replyTo, setReplyTo] = useState<Message>()
  const list = useRef<MessageListHandle>(null)
  const composer = useRef<ComposerHandle>(null)
  const { toggle } = useStatusChange()
  const repeat = useRepeat()
  const { found, jump } = useJump(list, reach)
  useSeen(conversation, data !== undefined, core.errors.unknown)
  if (data && marked === undefined) setMarked(firstUnreadOf(data.messages, unreadAtFirst) ?? '')
  const items = useMemo(() => {
    const queue = outbox.filter(({ conversationId }) => conversationId === id)
    return data ? itemsOf(data.messages, queue, shownAs, marked) : []
  }, [data, outbox, id, marked])
  const count = outbox.filter(({ conversationId }) => conversationId === id).length
  const showEnd = useEffectEvent(() => list.current?.toEnd())
  // What the user sends is seen, wherever he read just now.
  useEffect(() => {
    if (count > 0) showEnd()
  }, [count])
  const reply = (message?: Message) => {
    setReplyTo(message)
    composer.current?.focus()
  }
  const { isOver, handlers } = useDrop(can ? (files) => composer.current?.addFiles(files) : undefined)
  useShortcuts(texts.keys.title, [
    ...(can ? [{ keys: 'r', label: texts.keys.reply, run: () => reply(replyTo) }] : []),
    ...(can ? [{ keys: 'e', label: texts.keys.solve, run: () => toggle(conversation) }] : []),
    { keys: 'd', label: texts.keys.details, run: onDetails },
    { keys: 'u', label: texts.keys.unread, run: () => list.current?.show('unread') },
  ])
  return (
    <div className={styles.thread} {...handlers}>
      {!data && (error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />)}
      {data && items.length === 0 && <Empty icon="inbox" title={texts.thread.empty} />}
      {olderError !== undefined && (
        <Notice tone="bad">
          {texts.thread.olderFailed}{' '}
          <button type="button" className={styles.again} onClick={() => void older()}>
            {core.actions.retry}
          </button>
        </Notice>
      )}
      {data && items.length > 0 && (
        <MessageList
          ref={list}
          items={items}
          conversation={conversation}
          found={found}
          hasOlder={data.hasOlder}
          olderFailed={olderError !== undefined}
          onOlder={() => void older()}
          unread={unreadAtFirst}
          actions={{ onReply: can ? reply : undefined, onQuoted: jump, onRepeat: can ? repeat : undefined }}
        />
      )}
      {can && (
        <Composer
          ref={composer}
          conversation={conversation}
          device={devices?.find(({ id: device }) => device === conversation.device_id)}
          replyTo={replyTo}
          onReplied={() => setReplyTo(undefined)}
        />
      )}
      {isOver && <div className={styles.drop}>{texts.thread.dropHere}</div>}
    </div>
  )
}
