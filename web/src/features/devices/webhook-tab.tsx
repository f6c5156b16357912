import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Switch } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { type DeviceDetail, saveWebhook, useKeep } from './api.ts'
import { Confirm } from './confirm.tsx'
import { Deliveries } from './deliveries.tsx'
import styles from './devices.module.css'
import { ALL, EventChoice } from './event-choice.tsx'

const RemoveWebhook = ({ id, onRemoved, onClose }: { id: number; onRemoved: () => void; onClose: () => void }) => {
  const { webhook } = useTexts(deviceTexts)
  const keep = useKeep()
  const remove = async () => {
    keep(await saveWebhook({ params: { id: String(id) }, body: { url: '' } }))
    showToast({ tone: 'good', text: webhook.removed })
    onRemoved()
  }
  return (
    <Confirm
      title={webhook.removeTitle}
      text={webhook.removeText}
      label={webhook.remove}
      onConfirm={remove}
      onClose={onClose}
    />
  )
}

const useSaving = (id: number) => {
  const { webhook } = useTexts(deviceTexts)
  const keep = useKeep()
  return useMutation({
    mutationFn: (body: { url: string; events: string[]; active: boolean }) =>
      saveWebhook({ params: { id: String(id) }, body }),
    onSuccess: (now) => {
      keep(now)
      showToast({ tone: 'good', text: webhook.saved })
    },
  })
}

const WebhookForm = ({ device }: { device: DeviceDetail }) => {
  const core = useTexts(coreTexts)
  const { webhook: t } = useTexts(deviceTexts)
  const { webhook } = device
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [active, setActive] = useState(webhook?.active ?? true)
  const [events, setEvents] = useState<string[]>(webhook?.events ?? [ALL])
  const [isRemoving, setRemoving] = useState(false)
  const saving = useSaving(device.id)
  const { error } = saving
  const isUnsafe = error instanceof ApiError && error.code === 'unsafe_url'
  const wrong = isUnsafe ? core.errors.codes.unsafe_url : explainField(core, error, 'url')
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (events.length > 0) saving.mutate({ url, events, active })
  }
  return (
    <form className={styles.narrowForm} onSubmit={onSubmit}>
      {error && !wrong && <Notice tone="bad">{explain(core, error)}</Notice>}
      {webhook?.style === 'manager' && <Notice tone="info">{t.manager}</Notice>}
      <Field label={t.url} hint={t.urlHint} error={wrong}>
        <Input
          type="url"
          required
          maxLength={2048}
          pattern="https?://.+"
          placeholder="https://"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
        />
      </Field>
      <Switch
        label={t.active}
        hint={t.activeHint}
        checked={active}
        onChange={({ target }) => setActive(target.checked)}
      />
      <EventChoice value={events} onChange={setEvents} />
      {events.length === 0 && <Notice tone="warn">{t.choose}</Notice>}
      <div className={styles.buttons}>
        <Button look="primary" type="submit" busy={saving.isPending} disabled={events.length === 0}>
          {t.save}
        </Button>
        {webhook && (
          <Button look="danger" onClick={() => setRemoving(true)}>
            {t.remove}
          </Button>
        )}
      </div>
      {isRemoving && (
        <RemoveWebhook
          id={device.id}
          onClose={() => setRemoving(false)}
          onRemoved={() => {
            setUrl('')
            setActive(true)
            setEvents([ALL])
          }}
        />
      )}
    </form>
  )
}

/** Where the events of a device go, and what did not arrive there. */
export const WebhookTab = ({ device }: { device: DeviceDetail }) => (
  <div className={styles.stack}>
    <WebhookForm device={device} />
    {device.webhook && <Deliveries id={device.id} />}
  </div>
)
