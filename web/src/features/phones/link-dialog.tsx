import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { enterCode, scanConnection, useWaitingConnections } from './api.ts'
import styles from './phones.module.css'

/** What a person does on a real phone under "Linked devices": scan a code, or type one. */
export const LinkDialog = ({ phone, onClose }: { phone: string; onClose: () => void }) => {
  const core = useTexts(coreTexts)
  const { link } = useTexts(phoneTexts)
  const { data: waiting = [], isPending } = useWaitingConnections()
  const [wanted, setWanted] = useState('')
  const chosen = waiting.find(({ id }) => String(id) === wanted) ?? waiting[0]
  const form = useId()
  const done = (name: string) => {
    showToast({ tone: 'good', text: link.done(name) })
    onClose()
  }
  const scanning = useMutation({
    mutationFn: ({ id }: { id: number; name: string }) => scanConnection(phone, id),
    onSuccess: (_, { name }) => done(name),
  })
  const typing = useMutation({
    mutationFn: (code: string) => enterCode(phone, code),
    onSuccess: () => done(chosen?.name ?? ''),
  })
  const failure = scanning.error ?? typing.error
  return (
    <Dialog title={link.title} onClose={onClose}>
      <div className={styles.form}>
        <p className={styles.quiet}>{link.text}</p>
        {failure && <Notice tone="bad">{explain(core, failure)}</Notice>}
        {!chosen && !isPending && <Notice tone="info">{link.nobody}</Notice>}
        {chosen && (
          <>
            <Field label={link.device}>
              <Select value={String(chosen.id)} onChange={({ target }) => setWanted(target.value)}>
                {waiting.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <Button look="primary" busy={scanning.isPending} onClick={() => scanning.mutate(chosen)}>
              {link.scan}
            </Button>
            <form id={form} className={styles.form} action={(given) => typing.mutate(String(given.get('code')))}>
              <Field label={link.code} hint={link.codeHint}>
                <Input name="code" required minLength={8} maxLength={9} autoComplete="off" />
              </Field>
              <Button type="submit" busy={typing.isPending}>
                {link.enter}
              </Button>
            </form>
          </>
        )}
      </div>
    </Dialog>
  )
}
