import { useState } from 'react'
import { Link } from 'wouter'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { type ClientRow, useClients } from './api-access.ts'
import { ClientDialog } from './client-dialogs.tsx'
import { Loaded, SectionPage } from './parts.tsx'
import styles from './settings.module.css'

const useColumns = (): Column<ClientRow>[] => {
  const { clients, common } = useTexts(settingsTexts)
  const roles = { user: clients.roleUser, admin: clients.roleAdmin, super_admin: clients.roleSuperAdmin }
  return [
    {
      id: 'id',
      heading: clients.id,
      cell: ({ clientId, description }) => (
        <span className={styles.stack}>
          <Link href={`/clients/${encodeURIComponent(clientId)}`}>{clientId}</Link>
          {description && <span className={styles.quiet}>{description}</span>}
        </span>
      ),
    },
    { id: 'role', heading: clients.role, cell: ({ role }) => roles[role] },
    {
      id: 'state',
      heading: common.state,
      cell: ({ active }) => <Badge tone={active ? 'good' : 'warn'}>{active ? common.on : common.off}</Badge>,
    },
    { id: 'created', heading: common.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

/** The client credentials. */
const ClientsPage = () => {
  const { sections, clients } = useTexts(settingsTexts)
  const [isAdding, setAdding] = useState(false)
  const columns = useColumns()
  const list = useClients()
  const add = (
    <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
      {clients.add}
    </Button>
  )
  return (
    <SectionPage title={sections.clients} intro={clients.intro} action={add}>
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <Table label={sections.clients} columns={columns} rows={rows} keyOf={({ clientId }) => clientId} />
          ) : (
            <Empty title={clients.emptyTitle}>{clients.emptyText}</Empty>
          )
        }
      </Loaded>
      {isAdding && <ClientDialog onClose={() => setAdding(false)} />}
    </SectionPage>
  )
}

export default ClientsPage
