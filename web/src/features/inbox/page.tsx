import { useEffect, useEffectEvent, useRef } from 'react'
import { useLocation, useRoute } from 'wouter'
import { useFormats } from '../../i18n/format.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { realtime } from '../../lib/client.ts'
import { useListKeys } from '../../lib/list-keys.ts'
import { useTitle } from '../../lib/title.ts'
import { PaneHead, Panes } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { ConversationList } from './conversation-list.tsx'
import { Details } from './details.tsx'
import { FilterBar } from './filter-bar.tsx'
import { retryWaiting } from './outbox.ts'
import { Thread } from './thread.tsx'
import { ThreadHead } from './thread-head.tsx'
import { useConversation, useConversations } from './use-conversations.ts'
import { useFilters } from './use-filters.ts'
import { useLive } from './use-live.ts'

const ROOT = '/app/inbox'

/** Sends what waited when the network or the connection is back. */
const useResend = (): void => {
  useEffect(() => {
    window.addEventListener('online', retryWaiting)
    const end = realtime.onGap(retryWaiting)
    return () => {
      window.removeEventListener('online', retryWaiting)
      end()
    }
  }, [])
}

/** The open conversation: its thread, and details beside when they are wanted. */
const useOpen = (id: number | undefined) => {
  const query = useConversation(id)
  const [, navigate] = useLocation()
  const follow = useEffectEvent((to: number) => navigate(`/${to}${location.search}`, { replace: true }))
  const found = query.data?.id
  // It turned out to be the same as another one, which stands for it now.
  useEffect(() => {
    if (id !== undefined && found !== undefined && found !== id) follow(found)
  }, [id, found])
  return query
}

/** The open conversation, or why there is none to see. */
const Main = ({ id, opened, detailsOpen, onDetails }: MainProps) => {
  const { list, thread } = useTexts(inboxTexts)
  const { data: conversation, error, refetch } = opened
  if (id === undefined)
    return (
      <Empty icon="inbox" title={list.chooseTitle}>
        {list.choose}
      </Empty>
    )
  if (conversation?.id === id)
    return (
      <>
        <ThreadHead conversation={conversation} up={ROOT} detailsOpen={detailsOpen} onDetails={onDetails} />
        <Thread key={id} conversation={conversation} onDetails={onDetails} />
      </>
    )
  if (error instanceof ApiError && error.status === 404)
    return (
      <>
        <PaneHead up={ROOT} title={thread.goneTitle} />
        <Empty icon="info" title={thread.goneTitle}>
          {thread.gone}
        </Empty>
      </>
    )
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />
}

type MainProps = {
  id: number | undefined
  opened: ReturnType<typeof useOpen>
  detailsOpen: boolean
  onDetails: () => void
}

/** The inbox: conversations, the open one, and what is known about it. */
const InboxPage = () => {
  const texts = useTexts(inboxTexts)
  const { number } = useFormats()
  const [, params] = useRoute('/:id')
  const [, navigate] = useLocation()
  const openId = /^\d{1,10}$/.test(params?.id ?? '') ? Number(params?.id) : undefined
  const { filters, isFiltered, set, clear, detailsOpen } = useFilters()
  const query = useConversations(filters)
  const rows = query.data?.rows ?? []
  const opened = useOpen(openId)
  const search = useRef<HTMLInputElement>(null)
  useLive()
  useResend()
  const unread = rows.filter((row) => row.unread > 0).length
  useTitle(unread > 0 ? texts.titleUnread(number(unread)) : texts.title)
  const onOpen = (id: number) => navigate(`/${id}${location.search}`)
  const activeId = useListKeys(texts.keys, { rows, openId, onOpen, search })
  const toggleDetails = () => set('details', detailsOpen ? undefined : '1')
  const shown = { openId, activeId }
  return (
    <Panes
      open={params !== null}
      list={
        <>
          <PaneHead title={texts.title} />
          <FilterBar ref={search} filters={filters} set={set} />
          <ConversationList query={query} isFiltered={isFiltered} onClear={clear} {...shown} />
        </>
      }
      main={<Main id={openId} opened={opened} detailsOpen={detailsOpen} onDetails={toggleDetails} />}
      aside={
        detailsOpen && opened.data && openId !== undefined ? (
          <Details conversation={opened.data} onClose={toggleDetails} />
        ) : undefined
      }
    />
  )
}

export default InboxPage
