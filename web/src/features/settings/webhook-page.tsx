import { useState } from 'react'
import { useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Empty } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { deleteWebhookCall, useWebhooks, type WebhookRow } from './api-access.ts'
import { Deliveries } from './deliveries.tsx'
import { ConfirmDialog } from './dialogs.tsx'
import { Loaded, SectionPage } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh } from './use-settings.ts'
import { WebhookState } from './webhooks.tsx'

const DeleteWebhook = ({ row, onClose }: { row: WebhookRow; onClose: () => void }) => {
  const { webhooks } = useTexts(settingsTexts)
  const refresh = useRefresh()
  const [, navigate] = useLocation()
  return (
    <ConfirmDialog
      title={webhooks.deleteTitle}
      text={webhooks.deleteText(row.url)}
      confirm={webhooks.delete}
      onClose={onClose}
      act={async () => {
        await deleteWebhookCall({ params: { id: String(row.id) } })
        navigate('/webhooks', { replace: true })
        showToast({ tone: 'good', text: webhooks.deleted })
        await refresh()
      }}
    />
  )
}

const Facts = ({ row }: { row: WebhookRow }) => {
  const { webhooks, common } = useTexts(settingsTexts)
  return (
    <dl className={styles.facts}>
      <dt>{webhooks.url}</dt>
      <dd>
        <CopyText text={row.url} />
      </dd>
      <dt>{common.state}</dt>
      <dd>
        <WebhookState row={row} />
      </dd>
      <dt>{webhooks.secret}</dt>
      <dd>{row.has_secret ? webhooks.signed : webhooks.unsigned}</dd>
    </dl>
  )
}

/** One webhook with its deliveries. */
const WebhookPage = ({ id }: { id: string }) => {
  const { sections, webhooks } = useTexts(settingsTexts)
  const { notFound } = useTexts(coreTexts)
  const [isDeleting, setDeleting] = useState(false)
  const list = useWebhooks()
  const row = list.data?.find((webhook) => String(webhook.id) === id)
  return (
    <SectionPage
      title={row?.url ?? sections.webhooks}
      up="/app/settings/webhooks"
      wide
      action={
        row && (
          <Button icon="trash" onClick={() => setDeleting(true)}>
            {webhooks.delete}
          </Button>
        )
      }
    >
      <Loaded of={list}>
        {() =>
          row ? (
            <>
              <Facts row={row} />
              <Deliveries id={id} isActive={row.active} />
            </>
          ) : (
            <Empty icon="info" title={notFound.title}>
              {notFound.text}
            </Empty>
          )
        }
      </Loaded>
      {isDeleting && row && <DeleteWebhook row={row} onClose={() => setDeleting(false)} />}
    </SectionPage>
  )
}

export default WebhookPage
