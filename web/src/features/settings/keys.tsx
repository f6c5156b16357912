import { useState } from 'react'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useNow } from '../../lib/now.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { changeKeyCall, deleteKeyCall, type KeyRow, useKeys } from './api-access.ts'
import { useCapabilityName } from './capabilities.ts'
import { ConfirmDialog } from './dialogs.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { Loaded, RowMenu, SectionPage } from './parts.tsx'
import styles from './settings.module.css'
import { useExplain, useRefresh } from './use-settings.ts'

const RevokeKey = ({ row, onClose }: { row: KeyRow; onClose: () => void }) => {
  const { keys } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={keys.revokeTitle(row.name)}
      text={keys.revokeText}
      confirm={keys.revoke}
      onClose={onClose}
      act={async () => {
        await deleteKeyCall({ params: { id: row.id } })
        await refresh()
        showToast({ tone: 'good', text: keys.revoked(row.name) })
        onClose()
      }}
    />
  )
}

const KeyState = ({ row }: { row: KeyRow }) => {
  const { keys, common } = useTexts(settingsTexts)
  const nowMs = useNow()
  if (!row.enabled) return <Badge tone="warn">{common.off}</Badge>
  if (row.expiresAt !== null && Date.parse(row.expiresAt) <= nowMs) return <Badge tone="warn">{keys.expired}</Badge>
  return <Badge tone="good">{common.on}</Badge>
}

const useSwitch = () => {
  const refresh = useRefresh()
  const explain = useExplain()
  return async ({ id, enabled }: KeyRow) => {
    try {
      await changeKeyCall({ params: { id }, body: { enabled: !enabled } })
      await refresh()
    } catch (error) {
      showToast({ tone: 'bad', text: explain(error) })
    }
  }
}

const useColumns = (onRevoke: (row: KeyRow) => void): Column<KeyRow>[] => {
  const { keys, common } = useTexts(settingsTexts)
  const nameOf = useCapabilityName()
  const turn = useSwitch()
  return [
    {
      id: 'name',
      heading: common.name,
      cell: ({ name, prefix, lastFour }) => (
        <span className={styles.stack}>
          <span>{name}</span>
          <code className={styles.quiet}>
            {prefix}…{lastFour}
          </code>
        </span>
      ),
    },
    {
      id: 'access',
      heading: keys.capabilityCount,
      at: 'end',
      cell: ({ capabilities }) =>
        capabilities.includes('*') ? (
          keys.everything
        ) : (
          <span title={capabilities.map(nameOf).join(', ')}>{capabilities.length}</span>
        ),
    },
    { id: 'state', heading: common.state, cell: (row) => <KeyState row={row} /> },
    {
      id: 'used',
      heading: common.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : common.never),
    },
    {
      id: 'expires',
      heading: common.expires,
      cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} exact /> : common.never),
    },
    {
      id: 'created',
      heading: common.created,
      cell: ({ createdAt, createdBy }) => (
        <span className={styles.stack}>
          <Time at={createdAt} />
          <span className={styles.quiet}>{createdBy.name}</span>
        </span>
      ),
    },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      cell: (row) => (
        <RowMenu
          name={row.name}
          items={[
            { id: 'switch', label: row.enabled ? keys.switchOff : keys.switchOn, onSelect: () => void turn(row) },
            { id: 'revoke', icon: 'trash', label: keys.revoke, danger: true, onSelect: () => onRevoke(row) },
          ]}
        />
      ),
    },
  ]
}

/** The API keys. */
const KeysPage = () => {
  const { sections, keys } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<'add' | KeyRow>()
  const columns = useColumns(setDoing)
  const list = useKeys()
  const close = () => setDoing(undefined)
  const add = (
    <Button look="primary" icon="plus" onClick={() => setDoing('add')}>
      {keys.add}
    </Button>
  )
  return (
    <SectionPage title={sections.keys} intro={keys.intro} action={add} wide>
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <div className={styles.withActions}>
              <Table label={sections.keys} columns={columns} rows={rows} keyOf={({ id }) => id} />
            </div>
          ) : (
            <Empty title={keys.emptyTitle}>{keys.emptyText}</Empty>
          )
        }
      </Loaded>
      {doing === 'add' && <KeyDialog onClose={close} />}
      {typeof doing === 'object' && <RevokeKey row={doing} onClose={close} />}
    </SectionPage>
  )
}

export default KeysPage
