import { useState } from 'react'
import { Link } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Empty } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.ts'
import { createWebhookCall, useWebhooks, type WebhookRow } from './api-access.ts'
import { FormDialog } from './dialogs.tsx'
import { Loaded, SectionPage } from './parts.tsx'
import styles from './settings.module.css'
import { useRefresh, useWishKey } from './use-settings.ts'

const WebhookDialog = ({ onClose }: { onClose: () => void }) => {
  const { webhooks, common } = useTexts(settingsTexts)
  const { actions } = useTexts(coreTexts)
  const refresh = useRefresh()
  const keyOf = useWishKey()
  const send = async (form: FormData) => {
    const secret = String(form.get('secret'))
    const body = { url: String(form.get('url')).trim(), ...(secret && { secret }) }
    await createWebhookCall({ body, idempotencyKey: keyOf(body) })
    await refresh()
    showToast({ tone: 'good', text: common.saved })
    onClose()
  }
  return (
    <FormDialog title={webhooks.add} submit={actions.create} send={send} onClose={onClose} fields={['url', 'secret']}>
      {(wrong) => (
        <>
          <Field label={webhooks.url} error={wrong('url')}>
            <Input name="url" type="url" required maxLength={2048} placeholder="https://example.com/hook" />
          </Field>
          <Field label={webhooks.secret} hint={webhooks.secretHint} error={wrong('secret')}>
            <Input name="secret" type="password" maxLength={1024} autoComplete="new-password" />
          </Field>
        </>
      )}
    </FormDialog>
  )
}

/** How the server tells of the answer that switches a webhook off. */
const GONE = /\b410\b/

/** Whether a webhook gets anything, and why not. */
export const WebhookState = ({ row }: { row: WebhookRow }) => {
  const { webhooks } = useTexts(settingsTexts)
  if (row.active) return <Badge tone="good">{webhooks.active}</Badge>
  return (
    <span className={styles.stack}>
      <span>
        <Badge tone="warn">{webhooks.disabled}</Badge>
      </span>
      {row.disabled_reason && (
        <span className={styles.quiet}>
          {GONE.test(row.disabled_reason) ? webhooks.gone : <span lang="en">{row.disabled_reason}</span>}
        </span>
      )}
    </span>
  )
}

const useColumns = (): Column<WebhookRow>[] => {
  const { webhooks, common } = useTexts(settingsTexts)
  return [
    {
      id: 'url',
      heading: webhooks.url,
      cell: ({ id, url, has_secret: signed }) => (
        <span className={styles.stack}>
          <Link href={`/webhooks/${id}`} className={styles.url}>
            {url}
          </Link>
          <span className={styles.quiet}>{signed ? webhooks.signed : webhooks.unsigned}</span>
        </span>
      ),
    },
    { id: 'state', heading: common.state, cell: (row) => <WebhookState row={row} /> },
    { id: 'created', heading: common.created, cell: ({ created_at: at }) => <Time at={at} /> },
  ]
}

/** The webhooks of the organisation. */
const WebhooksPage = () => {
  const { sections, webhooks } = useTexts(settingsTexts)
  const [isAdding, setAdding] = useState(false)
  const columns = useColumns()
  const list = useWebhooks()
  const add = (
    <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
      {webhooks.add}
    </Button>
  )
  return (
    <SectionPage title={sections.webhooks} intro={webhooks.intro} action={add}>
      <Loaded of={list}>
        {(rows) =>
          rows.length > 0 ? (
            <Table label={sections.webhooks} columns={columns} rows={rows} keyOf={({ id }) => id} />
          ) : (
            <Empty icon="link" title={webhooks.emptyTitle}>
              {webhooks.emptyText}
            </Empty>
          )
        }
      </Loaded>
      {isAdding && <WebhookDialog onClose={() => setAdding(false)} />}
    </SectionPage>
  )
}

export default WebhooksPage
