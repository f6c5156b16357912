import { useState } from 'react'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useCan, useMe } from '../../lib/me.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { showToast } from '../../ui/toast.ts'
import { deleteUserCall, type UserRow, useInboxes, useUsers } from './api.ts'
import { ConfirmDialog } from './dialogs.tsx'
import { Loaded, RowMenu, SectionPage } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh } from './use-settings.ts'
import { UserDialog, UserPasswordDialog } from './user-dialogs.tsx'

type Doing = { what: 'add' } | { what: 'edit' | 'password' | 'delete'; user: UserRow }

const DeleteUser = ({ user, onClose }: { user: UserRow; onClose: () => void }) => {
  const { users } = useTexts(settingsTexts)
  const refresh = useRefresh()
  return (
    <ConfirmDialog
      title={users.deleteTitle(user.name)}
      text={users.deleteText}
      confirm={users.delete}
      onClose={onClose}
      act={async () => {
        await deleteUserCall({ params: { id: String(user.id) } })
        await refresh()
        showToast({ tone: 'good', text: users.deleted(user.name) })
        onClose()
      }}
    />
  )
}

const useColumns = (onDo: (doing: Doing) => void): Column<UserRow>[] => {
  const { users, common } = useTexts(settingsTexts)
  const { user: me } = useMe()
  const inboxes = useInboxes(useCan()('inbox.manage'))
  const nameOf = (id: number) => inboxes.data?.find((inbox) => inbox.id === id)?.name ?? `#${id}`
  return [
    {
      id: 'name',
      heading: users.name,
      cell: (user) => (
        <span className={styles.who}>
          <Avatar name={user.name} size={28} />
          <span>
            <span className={styles.tags}>
              {user.name}
              {String(user.id) === me.id && <Badge>{users.you}</Badge>}
            </span>
            <span className={styles.quiet}>{user.email}</span>
          </span>
        </span>
      ),
    },
    { id: 'role', heading: users.role, cell: ({ role }) => role },
    {
      id: 'inboxes',
      heading: users.inboxes,
      cell: ({ inbox_ids: ids }) =>
        ids.length > 0 ? ids.map(nameOf).join(', ') : <span className={styles.quiet}>{users.noInbox}</span>,
    },
    {
      id: 'presence',
      heading: users.presence,
      cell: ({ status }) => <Badge tone={status === 'online' ? 'good' : 'plain'}>{users[status]}</Badge>,
    },
    {
      id: 'actions',
      heading: <span className="visually-hidden">{common.actionsHeading}</span>,
      at: 'end',
      cell: (user) => (
        <RowMenu
          name={user.name}
          items={[
            { id: 'edit', icon: 'edit', label: users.edit, onSelect: () => onDo({ what: 'edit', user }) },
            { id: 'password', label: users.resetPassword, onSelect: () => onDo({ what: 'password', user }) },
            {
              id: 'delete',
              icon: 'trash',
              label: users.delete,
              danger: true,
              disabled: String(user.id) === me.id,
              onSelect: () => onDo({ what: 'delete', user }),
            },
          ]}
        />
      ),
    },
  ]
}

/** The users: who there is, with which role, in which inboxes. */
const UsersPage = () => {
  const { sections, users } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<Doing>()
  const columns = useColumns(setDoing)
  const list = useUsers()
  const close = () => setDoing(undefined)
  return (
    <SectionPage
      title={sections.users}
      intro={users.intro}
      wide
      action={
        <Button look="primary" icon="plus" onClick={() => setDoing({ what: 'add' })}>
          {users.add}
        </Button>
      }
    >
      <Loaded of={list}>
        {(rows) => (
          <div className={styles.withActions}>
            <Table label={sections.users} columns={columns} rows={rows} keyOf={({ id }) => id} />
          </div>
        )}
      </Loaded>
      {doing?.what === 'add' && <UserDialog onClose={close} />}
      {doing?.what === 'edit' && <UserDialog user={doing.user} onClose={close} />}
      {doing?.what === 'password' && <UserPasswordDialog user={doing.user} onClose={close} />}
      {doing?.what === 'delete' && <DeleteUser user={doing.user} onClose={close} />}
    </SectionPage>
  )
}

export default UsersPage
