import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Link, useLocation, useRoute, useSearch } from 'wouter'
import type { contactCreated } from '#domains/contacts/events.ts'
import { contactTexts } from '../../i18n/contacts.ts'
import { useTexts } from '../../i18n/texts.ts'
import { queryClient } from '../../lib/client.ts'
import { useFocusWith, useListKeys } from '../../lib/list-keys.ts'
import { useCan } from '../../lib/me.ts'
import { useQueryParams } from '../../lib/query-params.ts'
import { useSettled } from '../../lib/settled.ts'
import { useTitle } from '../../lib/title.ts'
import { useRealtimeEvent } from '../../lib/use-event.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Input } from '../../ui/field.tsx'
import rows from '../../ui/list-row.module.css'
import { PaneHead, Panes } from '../../ui/panes.tsx'
import { Empty, ErrorState, Skeleton } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { AddContact } from './add-contact.tsx'
import { type Contact, contactQuery, useContacts } from './api.ts'
import { ContactView } from './contact-view.tsx'
import styles from './contacts.module.css'

/** Milliseconds that events are gathered before a list is read anew. */
const QUIET_MS = 400

/** Reads lists and cards again when contacts came or changed. */
const useLiveContacts = (): void => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useRealtimeEvent<typeof contactCreated>(['contact.created', 'contact.updated'], ({ data }) => {
    void queryClient.invalidateQueries({ queryKey: contactQuery(data.id).queryKey })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void queryClient.invalidateQueries({ queryKey: ['contacts', 'list'] }), QUIET_MS)
  })
}

const Row = ({ contact, isOpen, isActive }: { contact: Contact; isOpen: boolean; isActive: boolean }) => {
  const query = useSearch()
  const { id, name, phone_e164: phone, company } = contact
  const link = useFocusWith(isActive)
  return (
    <Link
      ref={link}
      href={query ? `/${id}?${query}` : `/${id}`}
      className={classes(rows.row, styles.row, isOpen && rows.open, isActive && rows.active)}
      aria-current={isOpen ? 'true' : undefined}
    >
      <Avatar name={name} />
      <span className={styles.names}>
        <span className={styles.name}>{name}</span>
        <span className={styles.quiet}>{[company, phone !== name && phone].filter(Boolean).join(' · ')}</span>
      </span>
    </Link>
  )
}

const useSearchText = () => {
  const { params, set } = useQueryParams()
  const given = params.get('q') ?? ''
  const [typed, setTyped] = useState(given)
  const settled = useSettled(typed)
  const apply = useEffectEvent((text: string) => {
    if (text.trim() !== given) set({ q: text.trim() })
  })
  useEffect(() => apply(settled), [settled])
  useEffect(() => setTyped((now) => (now.trim() === given ? now : given)), [given])
  return { given, typed, setTyped }
}

const List = ({ search, openId, activeId, query, onClear }: ListProps) => {
  const texts = useTexts(contactTexts)
  const { data, error, refetch, readMore } = query
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton lines={10} />
  if (data.rows.length === 0 && data.next === undefined) {
    return search ? (
      <Empty icon="search" title={texts.none.title} action={<Button onClick={onClear}>{texts.none.clear}</Button>}>
        {texts.none.text}
      </Empty>
    ) : (
      <Empty icon="contacts" title={texts.empty.title}>
        {texts.empty.text}
      </Empty>
    )
  }
  return (
    <div className={styles.rows}>
      <VirtualList
        label={texts.label}
        rows={data.rows}
        keyOf={({ id }) => id}
        estimate={57}
        active={activeId === undefined ? undefined : data.rows.findIndex(({ id }) => id === activeId)}
        onEnd={() => void readMore().catch(() => showToast({ tone: 'bad', text: texts.moreFailed }))}
        row={(contact) => <Row contact={contact} isOpen={contact.id === openId} isActive={contact.id === activeId} />}
      />
    </div>
  )
}

type ListProps = {
  search: string
  openId: number | undefined
  activeId: number | undefined
  query: ReturnType<typeof useContacts>
  onClear: () => void
}

/** The contacts of the workspace: a list, and one of them to see and change. */
const ContactsPage = () => {
  const texts = useTexts(contactTexts)
  useTitle(texts.title)
  useLiveContacts()
  const can = useCan()
  const [, params] = useRoute('/:id')
  const [, navigate] = useLocation()
  const openId = /^\d{1,10}$/.test(params?.id ?? '') ? Number(params?.id) : undefined
  const { given, typed, setTyped } = useSearchText()
  const query = useContacts(given)
  const [isAdding, setAdding] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const onOpen = (id: number) => navigate(`/${id}${location.search}`)
  const activeId = useListKeys(texts.keys, { rows: query.data?.rows ?? [], openId, onOpen, search: field })
  return (
    <>
      <Panes
        open={params !== null}
        list={
          <>
            <PaneHead title={texts.title}>
              {can('contacts.write') && (
                <Button icon="plus" onClick={() => setAdding(true)}>
                  {texts.add}
                </Button>
              )}
            </PaneHead>
            <search className={styles.search}>
              <Input
                ref={field}
                type="search"
                aria-label={texts.search}
                placeholder={texts.search}
                maxLength={100}
                value={typed}
                onChange={({ target }) => setTyped(target.value)}
              />
            </search>
            <List search={given} openId={openId} activeId={activeId} query={query} onClear={() => setTyped('')} />
          </>
        }
        main={
          openId === undefined ? (
            <Empty icon="contacts" title={texts.title}>
              {texts.choose}
            </Empty>
          ) : (
            <ContactView key={openId} id={openId} />
          )
        }
      />
      {isAdding && <AddContact onClose={() => setAdding(false)} onMade={({ id }) => onOpen(id)} />}
    </>
  )
}

export default ContactsPage
