import { settingsTexts } from '../../i18n/settings.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useNow } from '../../lib/now.ts'
import { Field, Input } from '../../ui/field.tsx'
import { dayAfter } from './expiry.ts'

/** Days that the server allows, two years. */
const MOST_DAYS = 730

/** The day at whose end something expires; it is `expires` of the form. */
export const ExpiryField = ({ error }: { error?: string }) => {
  const { common } = useTexts(settingsTexts)
  const nowMs = useNow()
  return (
    <Field label={common.expiry} hint={common.expiryHint} error={error}>
      <Input name="expires" type="date" min={dayAfter(nowMs, 0)} max={dayAfter(nowMs, MOST_DAYS)} />
    </Field>
  )
}
