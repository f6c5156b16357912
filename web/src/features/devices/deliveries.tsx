import { useMutation, useQueryClient } from '@tanstack/react-query'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain } from '../../i18n/explain.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { type Delivery, deliveriesKey, repeatFailed, useDeliveries } from './api.ts'
import styles from './devices.module.css'

const TONES = { retrying: 'warn', delivered: 'good', failed: 'bad' } as const

const Repeat = ({ id, delivery }: { id: number; delivery: Delivery }) => {
  const core = useTexts(coreTexts)
  const { deliveries } = useTexts(deviceTexts)
  const client = useQueryClient()
  const repeating = useMutation({
    mutationFn: () => repeatFailed({ params: { id: String(id), eventId: delivery.eventId } }),
    onSuccess: () => {
      showToast({ tone: 'good', text: deliveries.queued })
      return client.invalidateQueries({ queryKey: deliveriesKey(id) })
    },
    onError: (error) => showToast({ tone: 'bad', text: explain(core, error) }),
  })
  return (
    <Button
      icon="refresh"
      busy={repeating.isPending}
      aria-label={deliveries.repeatOf(delivery.eventType)}
      onClick={() => repeating.mutate()}
    >
      {deliveries.repeat}
    </Button>
  )
}

const useColumns = (id: number): Column<Delivery>[] => {
  const { deliveries } = useTexts(deviceTexts)
  const { number } = useFormats()
  return [
    { id: 'event', heading: deliveries.event, cell: ({ eventType }) => eventType },
    {
      id: 'state',
      heading: deliveries.state,
      cell: ({ state }) => <Badge tone={TONES[state]}>{deliveries.states[state]}</Badge>,
    },
    { id: 'attempts', heading: deliveries.attempts, cell: ({ attempts }) => number(attempts), at: 'end' },
    { id: 'last', heading: deliveries.last, cell: ({ lastAttemptAt }) => <Time at={lastAttemptAt} /> },
    {
      id: 'answer',
      heading: deliveries.answer,
      cell: ({ lastStatus, lastError }) =>
        lastStatus ?? (lastError ? <span lang="en">{lastError}</span> : deliveries.none),
    },
    {
      id: 'repeat',
      heading: <span className="visually-hidden">{deliveries.repeat}</span>,
      cell: (delivery) => delivery.canRepeat && delivery.state === 'failed' && <Repeat id={id} delivery={delivery} />,
      at: 'end',
    },
  ]
}

/** Webhook deliveries that did not succeed at once. */
export const Deliveries = ({ id }: { id: number }) => {
  const { deliveries } = useTexts(deviceTexts)
  const { data, error, refetch } = useDeliveries(id)
  const columns = useColumns(id)
  return (
    <section className={styles.section}>
      <h2>{deliveries.title}</h2>
      <p className={styles.quiet}>{deliveries.text}</p>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data?.length === 0 && <p>{deliveries.empty}</p>}
      {data && data.length > 0 && (
        <Table label={deliveries.title} columns={columns} rows={data} keyOf={({ eventId }) => eventId} />
      )}
    </section>
  )
}
