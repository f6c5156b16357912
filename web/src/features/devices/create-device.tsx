import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { newIdempotencyKey } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { connectDevice, createDevice, type DeviceDetail, type DeviceRow, keys } from './api.ts'
import styles from './devices.module.css'

type Wish = { name: string; workspace: string | undefined; token: string | undefined }

const wishOf = (given: FormData): Wish => ({
  name: String(given.get('name')),
  workspace: String(given.get('workspace')) || undefined,
  token: String(given.get('token') ?? '') || undefined,
})

const useCreating = () => {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  // A wish that is changed after a failure is another wish, one that is only tried again is the same.
  const [sent] = useState(() => new Map<string, string>())
  return useMutation({
    mutationFn: async (body: Wish): Promise<DeviceDetail> => {
      const wish = JSON.stringify(body)
      const idempotencyKey = sent.get(wish) ?? newIdempotencyKey()
      sent.set(wish, idempotencyKey)
      const { connection } = await createDevice({ body, idempotencyKey })
      return connection
    },
    onSuccess: async (device) => {
      void client.invalidateQueries({ queryKey: keys.list })
      // When this fails, the pairing page offers it again.
      const now = await connectDevice({ params: { id: String(device.id) } }).catch(() => device)
      client.setQueryData(keys.one(device.id), now)
      navigate(`/${device.id}/pair`)
    },
  })
}

/** Asks for a name, makes the device with its token, and goes on to pairing. */
export const CreateDevice = ({ known, onClose }: { known: readonly DeviceRow[]; onClose: () => void }) => {
  const core = useTexts(coreTexts)
  const { create } = useTexts(deviceTexts)
  const [hasToken, setHasToken] = useState(false)
  const form = useId()
  const workspaces = useId()
  const creating = useCreating()
  const { error } = creating
  const isTaken = error instanceof ApiError && error.code === 'token_taken'
  const tokenError = isTaken ? core.errors.codes.token_taken : explainField(core, error, 'token')
  const nameError = explainField(core, error, 'name')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    creating.mutate(wishOf(new FormData(event.currentTarget)))
  }
  return (
    <Dialog
      title={create.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core.actions.cancel}</Button>
          <Button look="primary" type="submit" form={form} busy={creating.isPending}>
            {create.submit}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        {error && !tokenError && !nameError && <Notice tone="bad">{explain(core, error)}</Notice>}
        <Field label={create.name} hint={create.nameHint} error={nameError}>
          <Input name="name" required maxLength={255} autoComplete="off" />
        </Field>
        <Field label={create.workspace} hint={create.workspaceHint}>
          <Input name="workspace" maxLength={255} autoComplete="off" list={workspaces} />
        </Field>
        <datalist id={workspaces}>
          {[...new Set(known.map(({ workspace }) => workspace))].filter(Boolean).map((workspace) => (
            <option key={workspace} value={workspace} />
          ))}
        </datalist>
        <Checkbox label={create.own} checked={hasToken} onChange={({ target }) => setHasToken(target.checked)} />
        {hasToken && (
          <Field label={create.token} hint={create.tokenHint} error={tokenError}>
            <Input name="token" required minLength={8} maxLength={255} pattern="[!-~]+" autoComplete="off" />
          </Field>
        )}
      </form>
    </Dialog>
  )
}
