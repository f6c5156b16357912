import type { Page } from 'playwright-core'
import type { LocalMail } from '#local/aws/ses.ts'
import type { LocalStack } from '#local/stack/start-stack.ts'
import { waitFor } from '#test/harness/wait.ts'

type Login = Pick<LocalStack, 'email' | 'password'>

/** Fills in the sign-in form that is shown and sends it. */
export const submitSignIn = async (page: Page, { email, password }: Login): Promise<void> => {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in on the page that is shown, by its form, and waits for the shell. */
export const signIn = async (page: Page, login: Login): Promise<void> => {
  await submitSignIn(page, login)
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

/** The six digits of the newest mail to the stack's owner, as the local mailbox has them. */
export const mailedCode = ({ sandboxUrl, email }: Pick<LocalStack, 'sandboxUrl' | 'email'>): Promise<string> =>
  waitFor('a mail with a code', async () => {
    const { mails } = (await (await fetch(`${sandboxUrl}/mail.json`)).json()) as {
      mails: Pick<LocalMail, 'to' | 'text'>[]
    }
    const mail = mails.find(({ to, text }) => to.includes(email) && /\b\d{6}\b/.test(text))
    return mail && /\b\d{6}\b/.exec(mail.text)?.[0]
  })
