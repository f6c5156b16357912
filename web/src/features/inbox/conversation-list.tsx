import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { Link } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { inboxTexts } from '../../i18n/inbox.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { devicesQuery } from './api.ts'
import { ConversationRow } from './conversation-row.tsx'
import styles from './list.module.css'
import type { useConversations } from './use-conversations.ts'

const ESTIMATE = 78

const Nothing = ({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) => {
  const { list } = useTexts(inboxTexts)
  const can = useCan()
  const { data: devices } = useQuery(devicesQuery)
  if (isFiltered) {
    return (
      <Empty icon="filter" title={list.noneFilteredTitle} action={<Button onClick={onClear}>{list.clear}</Button>}>
        {list.noneFiltered}
      </Empty>
    )
  }
  if (devices?.length === 0) {
    const way = can('devices.manage') && <Link href="~/app/devices">{list.toDevices}</Link>
    return (
      <Empty icon="devices" title={list.noDeviceTitle} action={way}>
        {list.noDevice}
      </Empty>
    )
  }
  return (
    <Empty icon="inbox" title={list.noneTitle}>
      {list.none}
    </Empty>
  )
}

/** The conversations that fit, of which those in view are drawn. */
export const ConversationList = ({
  query: { data, error, refetch, readMore },
  isFiltered,
  onClear,
  openId,
  activeId,
}: {
  query: ReturnType<typeof useConversations>
  isFiltered: boolean
  onClear: () => void
  openId: number | undefined
  activeId: number | undefined
}) => {
  const { list } = useTexts(inboxTexts)
  const core = useTexts(coreTexts)
  const [hasFailed, setFailed] = useState(false)
  const more = () => {
    setFailed(false)
    readMore().catch((moreError: unknown) => {
      setFailed(true)
      showToast({ tone: 'bad', text: `${list.moreFailed} ${explain(core, moreError)}` })
    })
  }
  // Few of those that were looked at fit: the rest is looked through until there is something to show.
  const isBare = data !== undefined && data.rows.length === 0 && data.next !== undefined
  const lookOn = useEffectEvent(more)
  useEffect(() => {
    if (isBare) lookOn()
  }, [isBare])
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton lines={10} />
  if (data.rows.length === 0 && data.next === undefined) return <Nothing isFiltered={isFiltered} onClear={onClear} />
  return (
    <>
      <div className={styles.rows}>
        <VirtualList
          label={list.label}
          rows={data.rows}
          keyOf={({ id }) => id}
          estimate={ESTIMATE}
          active={activeId === undefined ? undefined : data.rows.findIndex(({ id }) => id === activeId)}
          onEnd={more}
          row={(row) => <ConversationRow row={row} isOpen={row.id === openId} isActive={row.id === activeId} />}
        />
      </div>
      {hasFailed && (
        <Button wide icon="refresh" onClick={more}>
          {core.actions.retry}
        </Button>
      )}
    </>
  )
}
