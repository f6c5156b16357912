import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { at } from '#test/harness/http.ts'
import { accessibilityProblems, LOOKS, noBrowser, openPage, startBrowser } from './_browser.ts'
import { signIn, submitSignIn } from './_signed-in.ts'

const USER = { email: 'sam@example.com', password: 'seven green bicycles' }

describe.skipIf(noBrowser())('the settings', () => {
  let stack: LocalStack
  let browser: Browser

  beforeAll(async () => {
    ;[stack, browser] = await Promise.all([startStack({}), startBrowser()])
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  /** A fresh profile that is signed in and shows a section. */
  const open = async (section: string, login: { email: string; password: string } = stack) => {
    const opened = await openPage(browser, {}, /status of 40[139]/)
    await opened.page.goto(`${stack.url}/app/settings/${section}`)
    await signIn(opened.page, login)
    return opened
  }
  const dialog = (page: Page) => page.getByRole('dialog')
  const submit = async (page: Page, name: string) => {
    await dialog(page).getByRole('button', { name, exact: true }).click()
    await dialog(page).waitFor({ state: 'detached' })
  }
  const show = (page: Page, section: string) =>
    page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link', { name: section }).click()
  const statusOf = async (path: string, authorization: string, init: RequestInit = {}): Promise<number> => {
    const headers = { authorization, 'content-type': 'application/json' }
    return (await fetch(`${stack.url}/api/v1${path}`, { ...init, headers })).status
  }

  test('a role of chosen capabilities, given to a new user with an inbox, shows him that much and allows no more', async () => {
    const { page, context, complaints } = await open('inboxes')
    await page.getByRole('button', { name: 'New inbox' }).click()
    await dialog(page).getByLabel('Name').fill('Sales')
    await submit(page, 'Create')
    await page.getByRole('link', { name: 'Sales' }).waitFor()

    await show(page, 'Roles')
    await page.getByRole('button', { name: 'New role' }).click()
    await dialog(page).getByLabel('Name').fill('Supervisor')
    await submit(page, 'Create')
    for (const capability of ['Answer chats', 'Manage inboxes'])
      await page.getByRole('checkbox', { name: `Supervisor: ${capability}` }).check()
    await page.getByText('2 changes, not saved yet').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('2 changes, not saved yet').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('checkbox', { name: 'Supervisor: Manage inboxes' }).waitFor()
    expect(await page.getByRole('checkbox', { name: /^Supervisor/, checked: true }).count()).toBe(2)

    await show(page, 'Users')
    await page.getByRole('button', { name: 'New user' }).click()
    await dialog(page).getByLabel('Name').fill('Sam')
    await dialog(page).getByLabel('E-mail address').fill(USER.email)
    await dialog(page).getByLabel('Password').fill(USER.password)
    await dialog(page).getByLabel('Role').selectOption({ label: 'Supervisor' })
    await dialog(page).getByRole('checkbox', { name: 'Sales' }).check()
    await submit(page, 'Create')
    const row = page.getByRole('row', { name: /sam@example.com/ })
    expect(await row.textContent()).toMatch(/Supervisor.*Sales/)

    const his = await open('profile', USER)
    const links = his.page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link')
    await links.first().waitFor()
    expect(await links.allTextContents()).toEqual(['Profile', 'Inboxes', 'API documentation'])
    await his.page.goto(`${stack.url}/app/settings/users`)
    await his.page.getByRole('heading', { name: 'Your role does not allow this' }).waitFor()
    expect(await his.page.getByRole('button', { name: 'New user' }).count()).toBe(0)

    const login = await fetch(`${stack.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...USER, surface: 'ceox' }),
    })
    const token = `Bearer ${at(await login.json(), 'data.tokens.accessToken')}`
    expect(await statusOf('/inboxes', token)).toBe(200)
    for (const path of ['/role-capabilities', '/api-keys', '/client-credentials', '/webhooks', '/audit'])
      expect(await statusOf(path, token), path).toBe(403)
    const more = { name: 'Eve', email: 'eve@example.com', password: USER.password, role_id: 1 }
    expect(await statusOf('/users', token, { method: 'POST', body: JSON.stringify(more) })).toBe(403)
    expect([...complaints, ...his.complaints]).toEqual([])
    await Promise.all([context.close(), his.context.close()])
  })

  test('says in words why a role cannot go or lose what somebody has to hold', async () => {
    const { page, context } = await open('roles')
    await page.getByRole('button', { name: 'Actions for Supervisor' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await dialog(page).getByRole('button', { name: 'Delete' }).click()
    expect(await dialog(page).getByRole('alert').textContent()).toContain('Users still have this role.')
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('checkbox', { name: 'Admin: Manage users and roles' }).uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('Somebody has to be able to manage users')
    await page.getByRole('button', { name: 'Discard' }).click()
    expect(await page.getByRole('checkbox', { name: 'Admin: Manage users and roles' }).isChecked()).toBe(true)
    await context.close()
  })

  test('an API key is shown once, works, and is refused as soon as it is revoked', async () => {
    const { page, context } = await open('keys')
    await page.getByRole('button', { name: 'New API key' }).click()
    await dialog(page).getByLabel('Name').fill('Shop')
    await dialog(page).getByRole('button', { name: 'Create' }).click()
    await dialog(page).getByText('it is shown this once').waitFor()
    const key = (await dialog(page).locator('code').first().textContent()) ?? ''
    expect(key).toMatch(/^ceox_\w{43}$/)
    await submit(page, 'I have kept it')
    expect(await statusOf('/devices', key)).toBe(200)
    await page.reload()
    await page.getByRole('button', { name: 'Actions for Shop' }).waitFor()
    expect(await page.content()).not.toContain(key)

    await page.getByRole('button', { name: 'Actions for Shop' }).click()
    await page.getByRole('menuitem', { name: 'Revoke' }).click()
    await submit(page, 'Revoke')
    await page.getByText('The key Shop is revoked.').waitFor()
    expect(await statusOf('/devices', key)).toBe(401)
    await context.close()
  })

  test('a client credential and its token work until they are deleted', async () => {
    const { page, context } = await open('clients')
    await page.getByRole('button', { name: 'New credential' }).click()
    await dialog(page).getByLabel('Client id').fill('my-app')
    await dialog(page).getByRole('button', { name: 'Create' }).click()
    const secret = (await dialog(page).locator('code').nth(1).textContent()) ?? ''
    await submit(page, 'I have kept it')
    const basic = `Basic ${Buffer.from(`my-app:${secret}`).toString('base64')}`
    expect(await statusOf('/tokens', basic)).toBe(200)
    await page.getByRole('link', { name: 'my-app' }).click()
    await page.getByRole('button', { name: 'Create a token' }).click()
    await dialog(page).getByRole('button', { name: 'Create' }).click()
    const token = `Bearer ${await dialog(page).locator('code').first().textContent()}`
    await submit(page, 'I have kept it')
    expect(await statusOf('/devices', token)).toBe(200)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await submit(page, 'Delete')
    await page.waitForURL(/\/settings\/clients$/)
    expect([await statusOf('/tokens', basic), await statusOf('/devices', token)]).toEqual([401, 401])
    await context.close()
  })

  test.each(LOOKS)(
    'has no accessibility problem, $colorScheme at $width px',
    async ({ colorScheme, viewport, width }) => {
      const { page, context } = await openPage(browser, { colorScheme, viewport })
      await page.goto(`${stack.url}/app/settings`)
      await signIn(page, stack)
      if (width === 390) await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
      else await page.waitForURL(/\/settings\/profile$/)
      const sections = [
        'Profile',
        'Users',
        'Roles',
        'Inboxes',
        'API keys',
        'Client credentials',
        'Webhooks',
        'Audit log',
      ]
      for (const section of [...sections, 'API documentation']) {
        await show(page, section)
        await page.getByRole('heading', { level: 1, name: section }).waitFor()
        await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor({ state: 'detached' })
        expect(await accessibilityProblems(page), section).toEqual([])
        if (width !== 390) continue
        await page.getByRole('button', { name: 'Back' }).click()
        await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
      }
      await context.close()
    },
  )

  // Last: it changes a password that the others sign in with.
  test('a changed password signs out the other session and keeps this one; a wrong present one is said at its field', async () => {
    const [here, there] = [await open('profile', USER), await open('profile', USER)]
    const { page } = here
    const change = async (current: string) => {
      await page.getByLabel('Present password').fill(current)
      await page.getByLabel('New password').fill('eight red tricycles')
      await page.getByRole('button', { name: 'Change the password' }).click()
    }
    await change('not my password')
    await page.getByText('That is not your present password.').waitFor()
    await change(USER.password)
    await page.getByText('All other sessions are signed out.').waitFor()
    await there.page.reload()
    await there.page.getByRole('button', { name: 'Sign in' }).waitFor()
    await submitSignIn(there.page, USER)
    await there.page.getByRole('alert').waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await Promise.all([here.context.close(), there.context.close()])
  })
})
