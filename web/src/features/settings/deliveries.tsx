import { useMutation } from '@tanstack/react-query'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { type DeliveryRow, repeatDeliveryCall, useDeliveries } from './api-access.ts'
import { Loaded } from './parts.tsx'
import styles from './settings.module.css'
import { useExplain } from './use-settings.ts'

const TONES = { retrying: 'warn', delivered: 'good', failed: 'bad' } as const

/** The queue needs a moment before the outcome of a repetition can be read. */
const OUTCOME_MS = 2500

const Repeat = ({ id, row, onRepeated }: { id: string; row: DeliveryRow; onRepeated: () => void }) => {
  const { webhooks } = useTexts(settingsTexts)
  const explain = useExplain()
  const repeating = useMutation({
    mutationFn: () => repeatDeliveryCall({ params: { id, eventId: row.eventId } }),
    onSuccess: () => {
      showToast({ tone: 'good', text: webhooks.repeated })
      setTimeout(onRepeated, OUTCOME_MS)
    },
    onError: (error) => showToast({ tone: 'bad', text: explain(error) }),
  })
  return (
    <Button busy={repeating.isPending} onClick={() => repeating.mutate()}>
      {webhooks.repeat}
    </Button>
  )
}

const useColumns = (id: string, isActive: boolean, onRepeated: () => void): Column<DeliveryRow>[] => {
  const { webhooks, common } = useTexts(settingsTexts)
  return [
    {
      id: 'event',
      heading: webhooks.event,
      cell: ({ eventType, eventId }) => (
        <span className={styles.stack}>
          <span>{eventType}</span>
          <code className={styles.quiet}>{eventId}</code>
        </span>
      ),
    },
    { id: 'state', heading: common.state, cell: ({ state }) => <Badge tone={TONES[state]}>{webhooks[state]}</Badge> },
    { id: 'attempts', heading: webhooks.attempts, at: 'end', cell: ({ attempts }) => attempts },
    { id: 'last', heading: webhooks.lastAttempt, cell: ({ lastAttemptAt: at }) => <Time at={at} /> },
    {
      id: 'answer',
      heading: webhooks.answer,
      cell: ({ lastStatus, lastError }) => (
        <span className={styles.stack}>
          <span>{lastStatus ?? webhooks.noAnswer}</span>
          {lastStatus === null && lastError && (
            <span className={styles.quiet} lang="en">
              {lastError}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'next',
      heading: webhooks.next,
      cell: ({ nextAttemptAt: at }) => (at ? <Time at={at} /> : '–'),
    },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      // Nothing is sent to a webhook that is switched off.
      cell: (row) => isActive && row.canRepeat && <Repeat id={id} row={row} onRepeated={onRepeated} />,
    },
  ]
}

/** Deliveries of a webhook that did not succeed at once. */
export const Deliveries = ({ id, isActive }: { id: string; isActive: boolean }) => {
  const { webhooks } = useTexts(settingsTexts)
  const list = useDeliveries(id)
  const columns = useColumns(id, isActive, () => void list.refetch())
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{webhooks.deliveries}</h2>
        <Button icon="refresh" busy={list.isFetching} onClick={() => void list.refetch()}>
          {webhooks.refresh}
        </Button>
      </div>
      <p className={styles.intro}>{webhooks.deliveriesText}</p>
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <div className={styles.withActions}>
              <Table label={webhooks.deliveries} columns={columns} rows={rows} keyOf={({ eventId }) => eventId} />
            </div>
          ) : (
            <Empty icon="check" title={webhooks.deliveriesEmpty}>
              {webhooks.deliveriesEmptyText}
            </Empty>
          )
        }
      </Loaded>
    </section>
  )
}
