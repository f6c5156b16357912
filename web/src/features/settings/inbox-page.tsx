import { useState } from 'react'
import { useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import { type InboxRow, useInboxes } from './api.ts'
import { InboxDevices } from './inbox-devices.tsx'
import { DeleteInbox, InboxDialog } from './inbox-dialogs.tsx'
import { InboxMembers } from './inbox-members.tsx'
import { Loaded, RowMenu, SectionPage } from './parts.tsx'

const Actions = ({ inbox }: { inbox: InboxRow }) => {
  const { inboxes } = useTexts(settingsTexts)
  const [doing, setDoing] = useState<'edit' | 'delete'>()
  const [, navigate] = useLocation()
  const close = () => setDoing(undefined)
  return (
    <>
      <Button icon="edit" onClick={() => setDoing('edit')}>
        {inboxes.edit}
      </Button>
      <RowMenu
        name={inbox.name}
        items={[
          {
            id: 'delete',
            icon: 'trash',
            label: inboxes.delete,
            danger: true,
            onSelect: () => setDoing('delete'),
          },
        ]}
      />
      {doing === 'edit' && <InboxDialog inbox={inbox} onClose={close} />}
      {doing === 'delete' && (
        <DeleteInbox inbox={inbox} onClose={close} onDeleted={() => navigate('/inboxes', { replace: true })} />
      )}
    </>
  )
}

/** One inbox with its members and devices. */
const InboxPage = ({ id }: { id: string }) => {
  const { sections } = useTexts(settingsTexts)
  const { notFound } = useTexts(coreTexts)
  const list = useInboxes()
  const inbox = list.data?.find((row) => String(row.id) === id)
  return (
    <SectionPage
      title={inbox?.name ?? sections.inboxes}
      intro={inbox?.description}
      up="/app/settings/inboxes"
      action={inbox && <Actions inbox={inbox} />}
    >
      <Loaded of={list}>
        {() =>
          inbox ? (
            <>
              <InboxMembers inbox={inbox} />
              <InboxDevices inbox={inbox} />
            </>
          ) : (
            <Empty icon="info" title={notFound.title}>
              {notFound.text}
            </Empty>
          )
        }
      </Loaded>
    </SectionPage>
  )
}

export default InboxPage
