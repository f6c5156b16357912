import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { at, call } from '#test/harness/http.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import { noBrowser, openPage, startBrowser } from './_browser.ts'
import { type Chat, newChat } from './_chats.ts'
import { signIn } from './_signed-in.ts'

describe.skipIf(noBrowser())('webhooks and inboxes in the settings', () => {
  let stack: LocalStack
  let browser: Browser
  let receiver: Receiver
  let chat: Chat

  beforeAll(async () => {
    ;[stack, browser, receiver] = await Promise.all([startStack({}), startBrowser(), startReceiver()])
    chat = await newChat(stack, 'Maria Santos')
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await Promise.all([stack?.stop(), receiver?.close()])
  }, 60_000)

  const api = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${stack.apiKey}` }
    const answer = await call(method, `${stack.url}/api/v1${path}`, { headers, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const open = async (section: string) => {
    const opened = await openPage(browser, {}, /status of 4/)
    await opened.page.goto(`${stack.url}/app/settings/${section}`)
    await signIn(opened.page, stack)
    return opened
  }
  const dialog = (page: Page) => page.getByRole('dialog')
  const submit = async (page: Page, name: string) => {
    await dialog(page).getByRole('button', { name, exact: true }).click()
    await dialog(page).waitFor({ state: 'detached' })
  }

  test('a webhook is made, gets what comes, says that its receiver is gone, and is gone itself after asking', async () => {
    const { page, context, complaints } = await open('webhooks')
    await page.getByRole('heading', { name: 'No webhooks' }).waitFor()
    await page.getByRole('button', { name: 'New webhook' }).click()
    await dialog(page).getByLabel('Address').fill('ftp://example.com/hook')
    await dialog(page).getByRole('button', { name: 'Create' }).click()
    await dialog(page).getByText('This address').waitFor()
    expect(await dialog(page).getByLabel('Address').getAttribute('aria-invalid')).toBe('true')
    await dialog(page).getByLabel('Address').fill(`${receiver.url}/hook`)
    await dialog(page).getByLabel('Secret').fill('one two three four')
    await submit(page, 'Create')
    await page.getByRole('row', { name: /\/hook.*Signed.*Active/ }).waitFor()

    receiver.answerWith(410)
    await chat.customer.send(chat.device.phone.phone, { text: 'Nobody takes this' })
    await waitFor('the first attempt', () => receiver.received.length > 0)
    expect(receiver.received[0]?.headers['x-ceox-signature']).toMatch(/^sha256=[0-9a-f]{64}$/)
    await page.getByRole('link', { name: `${receiver.url}/hook` }).click()
    const failed = page.getByRole('row', { name: /message\.received.*Failed.*410/ })
    await waitFor(
      'the failure in the list',
      async () => {
        await page.getByRole('button', { name: 'Refresh' }).click()
        return (await failed.count()) > 0
      },
      { timeoutMs: 30_000, everyMs: 250 },
    )
    await page.reload()
    await page.getByText('Switched off').waitFor()
    await failed.waitFor()
    expect(await page.getByRole('button', { name: 'Send again' }).count(), 'nothing is sent there any more').toBe(0)

    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog(page).getByText(`Nothing is sent to ${receiver.url}/hook any more.`, { exact: false }).waitFor()
    await submit(page, 'Delete')
    await page.waitForURL(/\/settings\/webhooks$/)
    await page.getByRole('heading', { name: 'No webhooks' }).waitFor()
    const gone = receiver.received.length
    await chat.customer.send(chat.device.phone.phone, { text: 'After the end' })
    await waitFor('the message in the inbox', async () => {
      const rows = await api('GET', '/conversations')
      return at(rows, '0.last_message.body') === 'After the end'
    })
    expect(receiver.received.length).toBe(gone)
    expect(complaints).toEqual([])
    await context.close()
  }, 120_000)

  test('members and devices are put into an inbox and taken out, and what they see follows at once', async () => {
    const login = { email: 'sam@example.com', password: 'seven green bicycles' }
    const role = await api('POST', '/roles', { name: 'Reader' })
    const inboxes = [
      await api('POST', '/inboxes', { name: 'Sales' }),
      await api('POST', '/inboxes', { name: 'Support' }),
    ]
    const [sales, support] = inboxes.map((inbox) => String(at(inbox, 'id')))
    await api('POST', '/users', { name: 'Sam', ...login, role_id: at(role, 'id'), inbox_ids: [Number(support)] })
    const his = await openPage(browser, {}, /status of 4/)
    await his.page.goto(`${stack.url}/app/inbox`)
    await signIn(his.page, login)

    const { page, context, complaints } = await open(`inboxes/${sales}`)
    await page.getByText('Nobody is a member yet.').waitFor()
    await page.getByText('No device is in this inbox yet.').waitFor()
    await page.getByRole('button', { name: 'Put a device in' }).click()
    await dialog(page)
      .getByLabel('Device')
      .selectOption({ label: `Maria Santos's device +${chat.device.phone.phone}` })
    await submit(page, 'Add')
    await page.getByRole('region', { name: 'Devices' }).getByText("Maria Santos's device").waitFor()
    await his.page.reload()
    await his.page.getByRole('heading', { name: 'No device yet' }).waitFor()

    await page.getByRole('button', { name: 'Add a member' }).click()
    await dialog(page).getByLabel('User').selectOption({ label: 'Sam · sam@example.com' })
    await submit(page, 'Add')
    await page.getByRole('region', { name: 'Members' }).getByText('sam@example.com').waitFor()
    await his.page.reload()
    await his.page.getByRole('list', { name: 'Conversations' }).getByText('Maria Santos', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Remove: Sam' }).click()
    await submit(page, 'Remove')
    await page.getByText('Nobody is a member yet.').waitFor()
    await his.page.reload()
    await his.page.getByRole('heading', { name: 'No device yet' }).waitFor()
    expect([...complaints, ...his.complaints]).toEqual([])
    await Promise.all([context.close(), his.context.close()])
  }, 120_000)
})
