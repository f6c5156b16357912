import { useState } from 'react'
import { useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import {
  type ClientRow,
  deleteClientCall,
  deleteTokenCall,
  type TokenRow,
  useClients,
  useTokens,
} from './api-access.ts'
import { TokenDialog } from './client-dialogs.tsx'
import { ConfirmDialog } from './dialogs.tsx'
import { Loaded, SectionPage } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh } from './use-settings.ts'

const DeleteClient = ({ clientId, onClose }: { clientId: string; onClose: () => void }) => {
  const { clients } = useTexts(settingsTexts)
  const refresh = useRefresh()
  const [, navigate] = useLocation()
  return (
    <ConfirmDialog
      title={clients.deleteTitle(clientId)}
      text={clients.deleteText}
      confirm={clients.delete}
      onClose={onClose}
      act={async () => {
        await deleteClientCall({ params: { clientId } })
        navigate('/clients', { replace: true })
        showToast({ tone: 'good', text: clients.deleted(clientId) })
        await refresh()
      }}
    />
  )
}

const DeleteToken = ({ clientId, token, onClose }: { clientId: string; token: TokenRow; onClose: () => void }) => {
  const { clients } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={clients.tokenDeleteTitle(String(token.id))}
      text={clients.tokenDeleteText}
      confirm={clients.tokenDelete}
      onClose={onClose}
      act={async () => {
        await deleteTokenCall({ params: { clientId, tokenId: String(token.id) } })
        await refresh()
        showToast({ tone: 'good', text: clients.tokenDeleted })
        onClose()
      }}
    />
  )
}

const Tokens = ({ client }: { client: ClientRow }) => {
  const { clients, common } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<'add' | TokenRow>()
  const list = useTokens(client.clientId)
  const close = () => setDoing(undefined)
  const columns: Column<TokenRow>[] = [
    { id: 'id', heading: clients.token, cell: ({ id }) => `#${id}` },
    {
      id: 'devices',
      heading: clients.devices,
      cell: ({ isAdmin, useHost }) => (isAdmin ? clients.isHost : useHost ? clients.sharesHost : clients.ownOnly),
    },
    { id: 'created', heading: common.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      id: 'expires',
      heading: common.expires,
      cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} exact /> : common.never),
    },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      cell: (token) => (
        <Button
          look="quiet"
          onClick={() => setDoing(token)}
          aria-label={`${clients.tokenDelete}: ${clients.token} ${token.id}`}
        >
          {clients.tokenDelete}
        </Button>
      ),
    },
  ]
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{clients.tokens}</h2>
        <Button icon="plus" onClick={() => setDoing('add')} disabled={!client.active}>
          {clients.tokenAdd}
        </Button>
      </div>
      {!client.active && <p className={styles.quiet}>{clients.off}</p>}
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <div className={styles.withActions}>
              <Table label={clients.tokens} columns={columns} rows={rows} keyOf={({ id }) => id} />
            </div>
          ) : (
            <p className={styles.quiet}>{clients.tokensEmpty}</p>
          )
        }
      </Loaded>
      {doing === 'add' && <TokenDialog clientId={client.clientId} onClose={close} />}
      {typeof doing === 'object' && <DeleteToken clientId={client.clientId} token={doing} onClose={close} />}
    </section>
  )
}

/** One client credential with its tokens. */
const ClientPage = ({ id }: { id: string }) => {
  const { clients } = useTexts(settingsTexts)
  const { notFound } = useTexts(coreTexts)
  const [isDeleting, setDeleting] = useState(false)
  const list = useClients()
  const client = list.data?.find(({ clientId }) => clientId === id)
  const canDelete = client !== undefined && client.role !== 'super_admin'
  return (
    <SectionPage
      title={id}
      intro={client?.description}
      up="/app/settings/clients"
      action={
        canDelete && (
          <Button icon="trash" onClick={() => setDeleting(true)}>
            {clients.delete}
          </Button>
        )
      }
    >
      <Loaded of={list}>
        {() =>
          client ? (
            <Tokens client={client} />
          ) : (
            <Empty icon="info" title={notFound.title}>
              {notFound.text}
            </Empty>
          )
        }
      </Loaded>
      {isDeleting && <DeleteClient clientId={id} onClose={() => setDeleting(false)} />}
    </SectionPage>
  )
}

export default ClientPage
