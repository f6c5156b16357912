import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { createPhone, freshNumber, type Phone } from '#test/harness/phone.ts'
import { waitFor } from '#test/harness/wait.ts'
import { accessibilityProblems, LOOKS, noBrowser, openPage, startBrowser } from './_browser.ts'
import { signIn } from './_signed-in.ts'

describe.skipIf(noBrowser())('the connection manager', () => {
  let stack: LocalStack
  let browser: Browser

  beforeAll(async () => {
    ;[stack, browser] = await Promise.all([startStack({}), startBrowser()])
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  const newPhone = (name: string): Promise<Phone> => createPhone(stack.sandboxUrl, freshNumber(), { name })

  const openDevices = async (page: Page): Promise<void> => {
    await page.goto(`${stack.url}/app/devices`)
    await signIn(page, stack)
    await page.getByRole('heading', { name: 'Devices' }).waitFor()
  }

  const create = async (page: Page, name: string, workspace = ''): Promise<void> => {
    await page.getByRole('button', { name: 'New device' }).click()
    const dialog = page.getByRole('dialog', { name: 'New device' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Workspace').fill(workspace)
    await dialog.getByRole('button', { name: 'Create and pair' }).click()
  }

  /** Scans what the page shows, as a phone's camera would; once more when the code was renewed meanwhile. */
  const scan = (page: Page, phone: Phone): Promise<true> =>
    waitFor(
      'the shown code to be scanned',
      async () => {
        const image = await page.getByRole('img', { name: 'QR code to scan with WhatsApp' }).getAttribute('src')
        expect(image).toMatch(/^data:image\/png;base64,/)
        return phone.scan(image ?? '').then(
          () => true as const,
          () => false,
        )
      },
      { timeoutMs: 40_000 },
    )

  const untilConnected = async (page: Page, name: string): Promise<void> => {
    await page.getByText(`${name} is connected.`).waitFor({ timeout: 60_000 })
    await page.getByText('Messages are sent and received.').first().waitFor()
  }

  const choose = async (page: Page, name: string, action: string, confirm = action): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: action }).click()
    await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  test('makes a device, shows its QR code, moves on when a phone scanned it, and does all that devices do', async () => {
    const { page, context, complaints } = await openPage(browser)
    await openDevices(page)
    await page.getByRole('heading', { name: 'Connect your first WhatsApp number' }).waitFor()
    await create(page, 'Sales', 'Jakarta')
    await page.waitForURL(/\/app\/devices\/\d+\/pair$/)
    await page.getByRole('img', { name: 'QR code to scan with WhatsApp' }).waitFor()
    await page.getByText(/New code in \d+ s/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    const phone = await newPhone('Budi')
    await scan(page, phone)
    await untilConnected(page, 'Sales')
    await page.waitForURL(/\/app\/devices\/\d+$/)
    await page.getByRole('button', { name: `+${phone.phone}` }).waitFor()

    await page.getByRole('button', { name: 'Show the token' }).click()
    const token = (await page.locator('code').textContent()) ?? ''
    const status = await fetch(`${stack.url}/session/status`, { headers: { token } })
    expect(status.status, 'the token that is shown works').toBe(200)
    await page.getByRole('button', { name: 'Hide the token' }).click()
    await page.locator('code').waitFor({ state: 'detached' })

    const customer = await newPhone('Ann')
    await page.getByRole('tab', { name: 'Send a message' }).click()
    await page.getByLabel('To').fill(`+${customer.phone}`)
    await page.getByRole('textbox', { name: 'Message' }).fill('Hello from the connection manager')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText(`Sent to +${customer.phone}.`).waitFor()
    await customer.hasText('Hello from the connection manager')

    await page.getByRole('tab', { name: 'Webhook' }).click()
    await page.getByLabel('URL').fill('https://example.net/hook')
    await page.getByRole('radio', { name: 'Only these' }).check()
    await page.getByRole('checkbox', { name: 'Receipt', exact: true }).check()
    await page.getByRole('button', { name: 'Save the webhook' }).click()
    await page.getByText('The webhook is saved.').waitFor()
    await page.reload()
    await page.getByText('2 events').waitFor()
    expect(await page.getByLabel('URL').inputValue()).toBe('https://example.net/hook')
    expect(complaints).toEqual([])
    await context.close()
  }, 120_000)

  test('says who logged a device out and when, pairs it again by code, and deletes it after asking', async () => {
    const { page, context, complaints } = await openPage(browser)
    await openDevices(page)
    await create(page, 'Support')
    const phone = await newPhone('Citra')
    await page.getByLabel('Number of the phone').fill(`+${phone.phone}`)
    await page.getByRole('button', { name: 'Get a code' }).click()
    const shown = page.getByRole('button', { name: /^[A-Z0-9]{4}-[A-Z0-9]{4}/ })
    await phone.enterCode(/[A-Z0-9]{4}-[A-Z0-9]{4}/.exec((await shown.textContent()) ?? '')?.[0] ?? '')
    await untilConnected(page, 'Support')

    await phone.unlink(1)
    await page.getByText(/Logged out from the phone at .*\. Pair again\./).waitFor()
    await page.getByRole('listitem').filter({ hasText: 'Logged out from the phone. Pair again.' }).waitFor()

    await page.getByRole('button', { name: 'Pair a phone' }).click()
    await scan(page, phone)
    await untilConnected(page, 'Support')
    await choose(page, 'Support', 'Disconnect')
    await page.getByText('Disconnected here. The login is kept').first().waitFor()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('Messages are sent and received.').first().waitFor()
    await choose(page, 'Support', 'Log out')
    await page.getByText(/Logged out here at .*\. Pair again to use it\./).waitFor()

    // The events of the deletion come before its answer: what they say is not read again, since it is gone.
    await page.route(/\/api\/v1\/wa-connections\/\d+$/, async (route) => {
      if (route.request().method() !== 'DELETE') return route.continue()
      const response = await route.fetch()
      await delay(1500)
      await route.fulfill({ response })
    })
    await choose(page, 'Support', 'Delete the device')
    await page.getByText('Support was deleted.').waitFor()
    await page.waitForURL(/\/app\/devices$/)
    await page.getByRole('link', { name: 'Support' }).waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  }, 120_000)

  test('keeps search and filters in the URL, and follows what happens elsewhere', async () => {
    const { page, context } = await openPage(browser)
    await openDevices(page)
    await page.getByRole('link', { name: 'Sales' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('nobody')
    await page.getByRole('heading', { name: 'No device matches' }).waitFor()
    expect(new URL(page.url()).search).toBe('?q=nobody')
    await page.reload()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByRole('combobox', { name: 'Workspace' }).selectOption('Jakarta')
    await page.getByRole('link', { name: 'Sales' }).waitFor()
    expect(new URL(page.url()).search).toBe('?workspace=Jakarta')

    const other = await context.newPage()
    await other.goto(`${stack.url}/app/devices`)
    await choose(other, 'Sales', 'Disconnect')
    const row = page.getByRole('row').filter({ hasText: 'Sales' })
    await row.getByText('Disconnected', { exact: true }).waitFor()
    await context.close()
  }, 60_000)

  test('acts as a sandbox phone: it scans the code of a device that waits, and writes to it', async () => {
    const { page, context, complaints } = await openPage(browser)
    await openDevices(page)
    await create(page, 'Returns')
    await page.getByRole('link', { name: 'Scan with a sandbox phone' }).click()
    const phone = await newPhone('Dewi')
    await page.getByRole('link', { name: phone.phone }).click()
    await page.getByRole('button', { name: 'Link to a device' }).click()
    await page.getByLabel('Device that waits').selectOption({ label: 'Returns' })
    await page.getByRole('button', { name: 'Scan its QR code' }).click()
    await page.getByText('Linked to Returns.').waitFor()

    const customer = await newPhone('Eka')
    await page.getByRole('link', { name: customer.phone }).click()
    await page.getByLabel('To (phone number)').fill(phone.phone)
    await page.getByRole('textbox', { name: 'Message as this phone' }).fill('Is it open today?')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('log', { name: 'Messages' }).getByText('Is it open today?').waitFor()
    await phone.hasText('Is it open today?')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await accessibilityProblems(page)).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  }, 60_000)

  test.each(LOOKS)('has no accessibility problem, $colorScheme at $width px', async ({ colorScheme, viewport }) => {
    const { page, context } = await openPage(browser, { colorScheme, viewport })
    await openDevices(page)
    await page.getByRole('link', { name: 'Sales' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Sales' }).click()
    for (const tab of ['Overview', 'Send a message', 'Contacts', 'Groups', 'Webhook']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tab', { name: tab, selected: true }).waitFor()
      expect(await accessibilityProblems(page), tab).toEqual([])
    }
    const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    expect(await page.evaluate(isWider), 'the page scrolls sideways').toBe(false)
    await context.close()
  })
})
