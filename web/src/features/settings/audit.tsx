import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useNow } from '../../lib/now.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { type AuditEntry, listAuditCall, SETTINGS, useUsers } from './api.ts'
import { SectionPage } from './parts.tsx'
import styles from './settings.module.css'

/** Facts in one line: `added: chats.send, keys.manage`. */
const factsOf = (facts: AuditEntry['facts']): string =>
  Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== null && String(value) !== '')
    .map(
      ([name, value]) =>
        `${name}: ${Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join(' · ')

const useColumns = (): Column<AuditEntry>[] => {
  const { audit } = useTexts(settingsTexts)
  const { data: users } = useUsers()
  const userName = (id: string) => users?.find((user) => String(user.id) === id)?.name ?? `#${id}`
  const words = ({ kind, id }: { kind: string; id: string }) => {
    if (kind === 'user' || kind === 'userToken') return audit.user(userName(id))
    return kind === 'apiKey' ? audit.key(id) : `${kind} ${id}`
  }
  // Ids are long, and few people read them: the line stays one line, and the whole is on hover.
  const named = (thing: { kind: string; id: string }) => (
    <span className={styles.oneLine} title={words(thing)}>
      {words(thing)}
    </span>
  )
  return [
    { id: 'when', heading: audit.when, cell: ({ at }) => <Time at={at} exact /> },
    { id: 'action', heading: audit.action, cell: ({ action }) => <code>{action}</code> },
    { id: 'by', heading: audit.by, cell: ({ by }) => named(by) },
    { id: 'subject', heading: audit.subject, cell: ({ subject }) => named(subject) },
    {
      id: 'facts',
      heading: audit.details,
      cell: ({ facts }) => factsOf(facts) && <span className={styles.quiet}>{factsOf(facts)}</span>,
    },
  ]
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

/** What was done, and by whom, one month at a time; which one is in the address. */
const AuditPage = () => {
  const { sections, audit } = useTexts(settingsTexts)
  const [search, setSearch] = useSearchParams()
  const present = new Date(useNow()).toISOString().slice(0, 7)
  const given = search.get('month') ?? ''
  const month = MONTH.test(given) ? given : present
  const columns = useColumns()
  const list = useInfiniteQuery({
    queryKey: [...SETTINGS, 'audit', month],
    queryFn: ({ pageParam, signal }) =>
      listAuditCall({ query: { month, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  })
  const rows = list.data?.pages.flatMap(({ entries }) => entries)
  return (
    <SectionPage title={sections.audit} intro={audit.intro} wide>
      <div className={styles.block}>
        <Field label={audit.month}>
          <Input
            type="month"
            value={month}
            max={present}
            pattern="\d{4}-(0[1-9]|1[0-2])"
            onChange={(event) => setSearch(event.target.value ? { month: event.target.value } : {}, { replace: true })}
          />
        </Field>
      </div>
      {rows === undefined &&
        (list.error ? <ErrorState error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton />)}
      {rows?.length === 0 && <Empty title={audit.empty}>{audit.emptyText}</Empty>}
      {rows && rows.length > 0 && <Table label={sections.audit} columns={columns} rows={rows} keyOf={({ id }) => id} />}
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {audit.more}
        </Button>
      )}
    </SectionPage>
  )
}

export default AuditPage
