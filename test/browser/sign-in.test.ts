import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { accessibilityProblems, LOOKS, noBrowser, openPage, startBrowser } from './_browser.ts'
import { mailedCode, signIn, submitSignIn } from './_signed-in.ts'

describe.skipIf(noBrowser())('the dashboard', () => {
  let stack: LocalStack
  let browser: Browser

  beforeAll(async () => {
    ;[stack, browser] = await Promise.all([startStack({}), startBrowser()])
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  test('asks who one is, says what was wrong, and stays signed in over a reload until one signs out', async () => {
    const { page, context, complaints } = await openPage(browser)
    await page.goto(`${stack.url}/`)
    await submitSignIn(page, { email: stack.email, password: 'not the password' })
    expect(await page.getByRole('alert').textContent()).toContain('The e-mail address or the password is wrong.')

    await signIn(page, stack)
    const script = 'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])'
    expect(await page.evaluate(script), 'no token is where scripts can read it').not.toMatch(/ey[\w-]{20}|[\w-]{40}/)
    const [cookie] = await context.cookies(`${stack.url}/api/v1/auth/refresh`)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })

    await page.reload()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()

    const other = await context.newPage()
    await other.goto(`${stack.url}/app`)
    await other.getByRole('navigation', { name: 'Main' }).waitFor()

    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await other.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  test('shows the address that was opened after the sign-in, and says when it names nothing', async () => {
    const { page, context, complaints } = await openPage(browser)
    await page.goto(`${stack.url}/app/nothing/here.txt`)
    await signIn(page, stack)
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/app/nothing/here.txt')
    await page.getByRole('link', { name: 'Go to the start' }).click()
    await page.waitForURL((url) => url.pathname.startsWith('/app') && !url.pathname.includes('nothing'))
    expect(complaints).toEqual([])
    await context.close()
  })

  test('speaks the language of the browser or the chosen one, and keeps the chosen appearance', async () => {
    const { page, context } = await openPage(browser, { locale: 'pt-BR', colorScheme: 'light' })
    await page.goto(`${stack.url}/app`)
    await page.getByRole('button', { name: 'Entrar' }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('pt')
    await page.getByRole('button', { name: 'Aparência e idioma' }).click()
    await page.getByRole('menuitemradio', { name: 'Español' }).click()
    await page.getByLabel('Correo electrónico').waitFor()
    await page.getByRole('button', { name: 'Apariencia e idioma' }).click()
    await page.getByRole('menuitemradio', { name: 'Oscura' }).click()
    await page.reload()
    await page.getByLabel('Correo electrónico').waitFor()
    expect(await page.evaluate('getComputedStyle(document.body).colorScheme')).toBe('dark')
    await context.close()
  })

  test('sends codes for a forgotten password to any address alike, and refuses a wrong one', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${stack.url}/app`)
    await page.getByRole('link', { name: 'Forgotten password?' }).click()
    await page.getByLabel('E-mail address').fill('nobody@example.com')
    await page.getByRole('button', { name: 'Send the code' }).click()
    await page.getByLabel('Code from the e-mail').fill('000000')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('The code is wrong or too old')
    await context.close()
  })

  test('lists its shortcuts at ?, and gives the focus back when they are closed', async () => {
    const { page, context } = await openPage(browser)
    await page.goto(`${stack.url}/app`)
    await signIn(page, stack)
    await page.getByRole('button', { name: 'Account' }).focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Account')
    await context.close()
  })

  test.each(LOOKS)('has no accessibility problem, $colorScheme at $width px', async ({ colorScheme, viewport }) => {
    const { page, context } = await openPage(browser, { colorScheme, viewport })
    await page.goto(`${stack.url}/app`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await signIn(page, stack)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menu').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.goto(`${stack.url}/app/reset-password`)
    await page.getByRole('button', { name: 'Send the code' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await context.close()
  })

  // Last: it changes the password that the others sign in with.
  test('sets a new password by the code from the mail, and that one counts from then on', async () => {
    const { page, context, complaints } = await openPage(browser)
    await page.goto(`${stack.url}/app/reset-password`)
    await page.getByLabel('E-mail address').fill(stack.email)
    await page.getByRole('button', { name: 'Send the code' }).click()
    await page.getByLabel('Code from the e-mail').fill(await mailedCode(stack))
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByLabel('New password').fill('four quite long words')
    await page.getByRole('button', { name: 'Save and go on' }).click()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    await page.getByText('The new password is saved.').waitFor()
    await page.reload()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()

    const fresh = await openPage(browser)
    await fresh.page.goto(`${stack.url}/app`)
    await submitSignIn(fresh.page, stack)
    await fresh.page.getByRole('alert').waitFor()
    await signIn(fresh.page, { email: stack.email, password: 'four quite long words' })
    await fresh.context.close()
  })
})
