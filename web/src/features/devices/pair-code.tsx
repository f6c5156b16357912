import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { explain, explainField } from '../../i18n/explain.ts'
import { useFormats } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { getPairCode } from './api.ts'
import styles from './devices.module.css'
import pairing from './pairing.module.css'
import { useSecondsUntil } from './seconds.ts'

/** Milliseconds that a pairing code works, as the server counts them. */
const CODE_LIVES_MS = 160_000

const Code = ({ code, endsMs }: { code: string; endsMs: number }) => {
  const { pair } = useTexts(deviceTexts)
  const { number } = useFormats()
  const seconds = useSecondsUntil(endsMs)
  if (seconds === 0) return <Notice tone="warn">{pair.code.over}</Notice>
  return (
    <div className={styles.form}>
      <p>{pair.code.how}</p>
      <div className={pairing.code} role="status">
        <CopyText text={code} />
      </div>
      <p className={styles.quiet}>{pair.code.lives(number(seconds))}</p>
    </div>
  )
}

/** Linking by phone number: asks for it, and shows the code to type on that phone. */
export const PairCode = ({ id }: { id: number }) => {
  const core = useTexts(coreTexts)
  const { pair } = useTexts(deviceTexts)
  const [phone, setPhone] = useState('')
  const asking = useMutation({
    mutationFn: async () => {
      const { code } = await getPairCode({ params: { id: String(id) }, body: { phone } })
      return { code, endsMs: Date.now() + CODE_LIVES_MS }
    },
  })
  const { error, data } = asking
  const wrong = explainField(core, error, 'phone')
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    asking.mutate()
  }
  return (
    <section className={styles.section}>
      <h2>{pair.code.title}</h2>
      <p className={styles.quiet}>{pair.code.text}</p>
      {error && !wrong && <Notice tone="bad">{explain(core, error)}</Notice>}
      {data && <Code {...data} />}
      <form className={pairing.ask} onSubmit={onSubmit}>
        <Field label={pair.code.phone} hint={pair.code.phoneHint} error={wrong}>
          <div className={pairing.line}>
            <Input
              type="tel"
              required
              pattern="\+?[\d\s\(\)\-]{6,24}"
              autoComplete="tel"
              value={phone}
              onChange={({ target }) => setPhone(target.value)}
            />
            <Button type="submit" busy={asking.isPending}>
              {data ? pair.code.another : pair.code.get}
            </Button>
          </div>
        </Field>
      </form>
    </section>
  )
}
