import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { signInTexts } from '../../i18n/sign-in.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ApiError } from '../../lib/api-error.ts'
import { beginSession } from '../../lib/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { showToast } from '../../ui/toast.ts'
import { logInWithCode, requestCodeCall, setPasswordCall } from './api.ts'
import { Frame } from './frame.tsx'
import { Step } from './step.tsx'

type Stage = { at: 'address' } | { at: 'code'; email: string } | { at: 'password' }

const AddressStep = ({ onSent }: { onSent: (email: string) => void }) => {
  const { reset, email: label } = useTexts(signInTexts)
  const core = useTexts(coreTexts)
  const send = async (form: FormData) => {
    const email = String(form.get('email')).trim()
    await requestCodeCall({ body: { email } })
    onSent(email)
  }
  return (
    <Step
      intro={reset.intro}
      submit={reset.sendCode}
      send={send}
      explain={(error) =>
        error instanceof ApiError && error.status === 429 ? reset.waitForCode : explain(core, error)
      }
      more={<Link href="/app">{reset.back}</Link>}
    >
      <Field label={label}>
        <Input name="email" type="email" autoComplete="username" required autoFocus />
      </Field>
    </Step>
  )
}

const CodeStep = ({ email, onVerified, onBack }: { email: string; onVerified: () => void; onBack: () => void }) => {
  const { reset } = useTexts(signInTexts)
  const core = useTexts(coreTexts)
  const send = async (form: FormData) => {
    beginSession(await logInWithCode(email, String(form.get('code')).trim()))
    onVerified()
  }
  return (
    <Step
      intro={reset.sent(email)}
      submit={reset.verify}
      send={send}
      explain={(error) => explain(core, error)}
      more={
        <Button look="quiet" onClick={onBack}>
          {reset.otherAddress}
        </Button>
      }
    >
      <Field label={reset.code}>
        <Input
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          autoFocus
        />
      </Field>
    </Step>
  )
}

const PasswordStep = ({ onDone }: { onDone: () => void }) => {
  const { reset } = useTexts(signInTexts)
  const core = useTexts(coreTexts)
  const send = async (form: FormData) => {
    await setPasswordCall({ body: { password: String(form.get('password')) } })
    showToast({ tone: 'good', text: reset.saved })
    onDone()
  }
  return (
    <Step
      submit={reset.save}
      send={send}
      explain={(error) => explain(core, error)}
      more={
        <Button look="quiet" onClick={onDone}>
          {reset.later}
        </Button>
      }
    >
      <Field label={reset.password} hint={reset.passwordHint}>
        <Input
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={128}
          required
          autoFocus
        />
      </Field>
    </Step>
  )
}

/** A forgotten password: a code by e-mail signs in, and then a new password can be set. */
const ResetPage = () => {
  const { reset } = useTexts(signInTexts)
  const [stage, setStage] = useState<Stage>({ at: 'address' })
  const [, navigate] = useLocation()
  return (
    <Frame title={reset.title}>
      {stage.at === 'address' && <AddressStep onSent={(email) => setStage({ at: 'code', email })} />}
      {stage.at === 'code' && (
        <CodeStep
          email={stage.email}
          onVerified={() => setStage({ at: 'password' })}
          onBack={() => setStage({ at: 'address' })}
        />
      )}
      {stage.at === 'password' && <PasswordStep onDone={() => navigate('/app', { replace: true })} />}
    </Frame>
  )
}

export default ResetPage
