import { useVirtualizer } from '@tanstack/react-virtual'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMe } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import type { Conversation } from './api.ts'
import { Bubble, type BubbleActions } from './bubble.tsx'
import { SystemLine } from './content.tsx'
import type { Item } from './items.ts'
import styles from './message-list.module.css'
import { PendingBubble } from './pending-bubble.tsx'

/** Goes to a line of the thread; false when it is not there. */
export type MessageListHandle = { show: (key: string) => boolean; toEnd: () => void }

const ESTIMATE = 64
/** Pixels from the end within which the newest message is in view. */
const NEAR = 80
const DAY_MS = 86_400_000

const DayLine = ({ at }: { at: string }) => {
  const { thread } = useTexts(inboxTexts)
  const { date } = useFormats()
  const midnight = new Date().setHours(0, 0, 0, 0)
  const atMs = Date.parse(at)
  const words =
    atMs >= midnight
      ? thread.today
      : atMs >= midnight - DAY_MS
        ? thread.yesterday
        : date(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  return (
    <p className={styles.mark}>
      <span>{words}</span>
    </p>
  )
}

const Line = ({ item, conversation: { name, is_group: isGroup }, found, actions }: LineProps) => {
  const { thread } = useTexts(inboxTexts)
  const { user } = useMe()
  if (item.type === 'day') return <DayLine at={item.at} />
  if (item.type === 'unread')
    return (
      <p className={`${styles.mark} ${styles.unread}`}>
        <span>{thread.unread}</span>
      </p>
    )
  if (item.type === 'pending') return <PendingBubble pending={item.pending} />
  const { message, first, last } = item
  if (message.kind === 'system')
    return (
      <p className={styles.mark}>
        <span>
          <SystemLine message={message} />
        </span>
      </p>
    )
  const isNamed = message.direction === 'in' ? isGroup : String(message.sender.user_id) !== user.id
  const facts = { message, first, last, isNamed, actions }
  return <Bubble {...facts} chatName={name} found={found === message.id} />
}

type LineProps = { item: Item; conversation: Conversation; found: string | undefined; actions: BubbleActions }

/** Where the thread is: at its end to begin with, and there while messages come; near its beginning older ones are asked for. */
const useThreadView = (items: readonly Item[], wantsOlder: boolean, onOlder: () => void) => {
  const scroller = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATE,
    getItemKey: (index) => items[index]!.key,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR,
    paddingStart: 44,
    paddingEnd: 12,
    onChange: (instance) => setAtEnd(instance.isAtEnd(NEAR)),
  })
  const shown = virtualizer.getVirtualItems()
  const firstShown = shown[0]?.index ?? 0
  const tellOlder = useEffectEvent(onOlder)
  useEffect(() => {
    if (wantsOlder && items.length > 0 && firstShown < 10) tellOlder()
  }, [firstShown, wantsOlder, items.length])
  const begin = useEffectEvent(() => virtualizer.scrollToEnd())
  useEffect(() => begin(), [])
  return { scroller, virtualizer, shown, firstShown, isAtEnd }
}

/** The messages of a thread, of which only those in view are drawn. It begins at the end; older ones come without a jump. */
export const MessageList = ({
  items,
  conversation,
  found,
  actions,
  hasOlder,
  olderFailed,
  onOlder,
  unread,
  ref,
}: {
  items: readonly Item[]
  conversation: Conversation
  found: string | undefined
  actions: BubbleActions
  hasOlder: boolean
  olderFailed: boolean
  onOlder: () => void
  /** How many messages were unread when the thread was opened. */
  unread: number
  ref: Ref<MessageListHandle>
}) => {
  const texts = useTexts(inboxTexts)
  const { number } = useFormats()
  const { scroller, virtualizer, shown, firstShown, isAtEnd } = useThreadView(items, hasOlder && !olderFailed, onOlder)
  const show = (key: string): boolean => {
    const index = items.findIndex((item) => item.key === key)
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' })
    return index >= 0
  }
  useImperativeHandle(ref, () => ({ show, toEnd: () => virtualizer.scrollToEnd() }))
  const unreadAt = items.findIndex(({ type }) => type === 'unread')
  const [jumped, setJumped] = useState(false)
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-label={texts.thread.label(conversation.name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: people scroll it with the keyboard
        tabIndex={0}
      >
        <div className={styles.list} style={{ height: virtualizer.getTotalSize() }}>
          <p className={styles.top}>{hasOlder ? !olderFailed && texts.thread.older : texts.thread.beginning}</p>
          {shown.map(({ key, index, start }) => (
            <div
              key={key}
              data-index={index}
              ref={virtualizer.measureElement}
              className={styles.item}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Line item={items[index]!} conversation={conversation} found={found} actions={actions} />
            </div>
          ))}
        </div>
      </div>
      {unreadAt >= 0 && !jumped && unreadAt < firstShown && (
        <Button
          className={styles.jumpUp}
          onClick={() => {
            setJumped(true)
            show('unread')
          }}
        >
          ↑ {texts.thread.toUnread(number(unread))}
        </Button>
      )}
      {!isAtEnd && (
        <Button icon="down" className={styles.jumpDown} onClick={() => virtualizer.scrollToEnd()}>
          {texts.thread.toEnd}
        </Button>
      )}
    </div>
  )
}
