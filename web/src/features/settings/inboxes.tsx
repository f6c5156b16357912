import { useState } from 'react'
import { Link } from 'wouter'
import { useFormats } from '../../i18n/format.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { type InboxRow, useInboxes } from './api.ts'
import { DeleteInbox, InboxDialog } from './inbox-dialogs.tsx'
import { Loaded, RowMenu, SectionPage } from './parts.tsx'
import styles from './settings.module.css'

type Doing = { what: 'add' } | { what: 'edit' | 'delete'; inbox: InboxRow }

const useColumns = (onDo: (doing: Doing) => void): Column<InboxRow>[] => {
  const { inboxes, common } = useTexts(settingsTexts)
  const { number } = useFormats()
  return [
    {
      id: 'name',
      heading: inboxes.name,
      cell: (inbox) => (
        <span className={styles.stack}>
          <span className={styles.tags}>
            {inbox.color && <span className={styles.dot} style={{ background: inbox.color }} />}
            <Link href={`/inboxes/${inbox.id}`}>{inbox.name}</Link>
          </span>
          {inbox.description && <span className={styles.quiet}>{inbox.description}</span>}
        </span>
      ),
    },
    { id: 'members', heading: inboxes.memberCount, at: 'end', cell: (inbox) => number(inbox.member_count) },
    { id: 'devices', heading: inboxes.deviceCount, at: 'end', cell: (inbox) => number(inbox.device_count) },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      cell: (inbox) => (
        <RowMenu
          name={inbox.name}
          items={[
            { id: 'edit', icon: 'edit', label: inboxes.edit, onSelect: () => onDo({ what: 'edit', inbox }) },
            {
              id: 'delete',
              icon: 'trash',
              label: inboxes.delete,
              danger: true,
              onSelect: () => onDo({ what: 'delete', inbox }),
            },
          ]}
        />
      ),
    },
  ]
}

/** The inboxes. */
const InboxesPage = () => {
  const { sections, inboxes } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<Doing>()
  const columns = useColumns(setDoing)
  const list = useInboxes()
  const close = () => setDoing(undefined)
  const add = (
    <Button look="primary" icon="plus" onClick={() => setDoing({ what: 'add' })}>
      {inboxes.add}
    </Button>
  )
  return (
    <SectionPage title={sections.inboxes} intro={inboxes.intro} action={add}>
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <div className={styles.withActions}>
              <Table label={sections.inboxes} columns={columns} rows={rows} keyOf={({ id }) => id} />
            </div>
          ) : (
            <Empty icon="inbox" title={inboxes.emptyTitle}>
              {inboxes.emptyText}
            </Empty>
          )
        }
      </Loaded>
      {doing?.what === 'add' && <InboxDialog onClose={close} />}
      {doing?.what === 'edit' && <InboxDialog inbox={doing.inbox} onClose={close} />}
      {doing?.what === 'delete' && <DeleteInbox inbox={doing.inbox} onClose={close} />}
    </SectionPage>
  )
}

export default InboxesPage
