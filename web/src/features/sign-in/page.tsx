import { Link } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { signInTexts } from '../../i18n/sign-in.ts'
import { useTexts } from '../../i18n/texts.ts'
import { beginSession } from '../../lib/session.ts'
import { Field, Input } from '../../ui/field.tsx'
import { logInWithPassword } from './api.ts'
import { Frame } from './frame.tsx'
import { Step } from './step.tsx'

/** Signing in by e-mail address and password. `ended`: a session ended by itself before. */
const SignInPage = ({ ended }: { ended: boolean }) => {
  const texts = useTexts(signInTexts)
  const core = useTexts(coreTexts)
  const send = async (form: FormData) =>
    beginSession(await logInWithPassword(String(form.get('email')).trim(), String(form.get('password'))))
  return (
    <Frame title={texts.title}>
      <Step
        intro={ended && texts.ended}
        submit={texts.submit}
        send={send}
        explain={(error) => explain(core, error)}
        more={<Link href="/app/reset-password">{texts.forgot}</Link>}
      >
        <Field label={texts.email}>
          <Input name="email" type="email" autoComplete="username" required autoFocus />
        </Field>
        <Field label={texts.password}>
          <Input name="password" type="password" autoComplete="current-password" required maxLength={128} />
        </Field>
      </Step>
    </Frame>
  )
}

export default SignInPage
