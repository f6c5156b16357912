import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Textarea } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type DeviceDetail, sendText } from './api.ts'
import styles from './devices.module.css'
import { isOnline } from './state.ts'

/** Sends a text from this device. */
export const SendTab = ({ device }: { device: DeviceDetail }) => {
  const core = useTexts(coreTexts)
  const { send } = useTexts(deviceTexts)
  const [search] = useSearchParams()
  const [to, setTo] = useState(search.get('to') ?? '')
  const [body, setBody] = useState('')
  const [wish, setWish] = useState(newIdempotencyKey)
  const sending = useMutation({
    mutationFn: () => sendText({ body: { to, body, device_id: device.id }, idempotencyKey: wish }),
    onSuccess: () => {
      setBody('')
      setWish(newIdempotencyKey())
    },
  })
  const change = (set: (value: string) => void) => (event: { target: { value: string } }) => {
    set(event.target.value)
    setWish(newIdempotencyKey())
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    sending.mutate()
  }
  const { error, data } = sending
  const wrong = explainField(core, error, 'to')
  return (
    <form className={styles.narrowForm} onSubmit={onSubmit}>
      {!isOnline(device) && <Notice tone="warn">{send.offline}</Notice>}
      {error && !wrong && <Notice tone="bad">{explain(core, error)}</Notice>}
      {data && !error && (
        <Notice tone="info">
          {data.status === 'sent' ? send.sent(to) : send.queued(to)}{' '}
          <Link href={`~/app/inbox/${data.conversation_id}`}>{send.open}</Link>
        </Notice>
      )}
      <Field label={send.to} hint={send.toHint} error={wrong}>
        <Input type="tel" required value={to} autoComplete="off" onChange={change(setTo)} />
      </Field>
      <Field label={send.text}>
        <Textarea required maxLength={65_536} value={body} onChange={change(setBody)} />
      </Field>
      <div>
        <Button look="primary" icon="send" type="submit" busy={sending.isPending} disabled={!isOnline(device)}>
          {send.submit}
        </Button>
      </div>
    </form>
  )
}
