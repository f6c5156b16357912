import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { at, call } from '#test/harness/http.ts'
import { waitFor } from '#test/harness/wait.ts'
import { accessibilityProblems, LOOKS, noBrowser, openPage, startBrowser } from './_browser.ts'
import { type Chat, newChat, sendEveryKind } from './_chats.ts'
import { signIn } from './_signed-in.ts'

describe.skipIf(noBrowser())('the inbox', () => {
  let stack: LocalStack
  let browser: Browser
  let chat: Chat

  beforeAll(async () => {
    ;[stack, browser] = await Promise.all([startStack({}), startBrowser()])
    chat = await newChat(stack, 'Maria Santos')
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  const open = async (path = '/app/inbox', login: Pick<LocalStack, 'email' | 'password'> = stack) => {
    const opened = await openPage(browser)
    await opened.page.goto(`${stack.url}${path}`)
    await signIn(opened.page, login)
    return opened
  }
  const write = (text: string) => chat.customer.send(chat.device.phone.phone, { text })
  const row = (page: Page) =>
    page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: 'Maria Santos' })
  const log = (page: Page) => page.getByRole('log')
  const compose = async (page: Page, text: string) => {
    await page.getByLabel('Message', { exact: true }).fill(text)
    await page.keyboard.press('Enter')
  }
  const api = async (path: string, body: unknown, method = 'POST') => {
    const answer = await call(method, `${stack.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
      body,
    })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }

  test('shows a message as it comes, sends the answer, and follows it until it is read', async () => {
    const { page, context, complaints } = await open()
    const second = await open()
    await write('Is it still there?')
    await row(page).getByText('Is it still there?').waitFor()
    await row(page).getByText('1 unread').waitFor()
    await page.waitForFunction("document.title.startsWith('(1)')")

    await row(page).click()
    await log(page).getByText('Is it still there?').waitFor()
    await row(page).getByText('1 unread').waitFor({ state: 'detached' })

    await compose(page, 'Yes, it is')
    // Before the server knows of it: one frame after Enter, not after an answer.
    await log(page).getByText('Yes, it is').waitFor({ timeout: 2000 })
    const arrived = await chat.customer.hasText('Yes, it is')
    await log(page)
      .getByRole('img', { name: /^Delivered/ })
      .waitFor()
    await chat.customer.read(arrived.id)
    await log(page).getByRole('img', { name: /^Read/ }).waitFor()
    expect(await log(page).getByText('Yes, it is').count(), 'and never twice').toBe(1)

    await row(second.page).click()
    await log(second.page).getByText('Yes, it is').waitFor()
    await compose(second.page, 'From a second browser')
    await chat.customer.hasText('From a second browser')
    await log(page).getByText('From a second browser').waitFor()
    expect([...complaints, ...second.complaints]).toEqual([])
    await second.context.close()
    await context.close()
  })

  test('misses nothing while its connection was cut', async () => {
    const { page, context } = await open()
    await row(page).click()
    await log(page).waitFor()
    await context.setOffline(true)
    await compose(page, 'Written without a network')
    await page.getByText('Waits for the network').waitFor()
    await write('Said meanwhile')
    await context.setOffline(false)
    await log(page).getByText('Said meanwhile').waitFor()
    await chat.customer.hasText('Written without a network')
    await log(page).getByText('Waits for the network').waitFor({ state: 'detached' })
    expect(await log(page).getByText('Written without a network').count()).toBe(1)
    await context.close()
  })

  test('says why a message was not sent, and sends it again', async () => {
    const { page, context } = await open()
    await row(page).click()
    await log(page).waitFor()
    const fault = { kind: 'ack-error', phone: chat.device.phone.phone, code: 463 }
    await call('POST', `${stack.sandboxUrl}/faults`, { body: fault })
    await compose(page, 'Refused at first')
    await log(page).getByText('Not sent.').waitFor()
    await log(page).getByRole('button', { name: 'Try again' }).click()
    await chat.customer.hasText('Refused at first')
    await context.close()
  })

  test('takes files: a small one inside the request, a large one by way of the bucket', async () => {
    const { page, context, complaints } = await open()
    await row(page).click()
    await log(page).waitFor()
    const files = [2_000, 4_000_000].map((bytes) => ({
      name: `${bytes}.bin`,
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(bytes, 7),
    }))
    await page.locator('input[type=file]').setInputFiles(files)
    await compose(page, 'Two files')
    await waitFor('both files on the phone', async () => {
      const kinds = (await chat.customer.messages()).map(({ kind }) => kind)
      return kinds.filter((kind) => kind === 'document').length === 2
    })
    for (const { name } of files) {
      await log(page).getByRole('button', { name }).first().waitFor()
      expect(await log(page).getByRole('button', { name }).count(), name).toBe(1)
    }
    expect(complaints).toEqual([])
    await context.close()
  })

  test('is worked with the keyboard: move, open, reply, solve, search; drafts stay', async () => {
    const { page, context } = await open()
    await row(page).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await log(page).waitFor()
    await page.keyboard.press('r')
    await page.keyboard.type('Not sent yet')
    await page.keyboard.press('Escape')
    await page.reload()
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Not sent yet')
    await log(page).waitFor()
    await page.keyboard.press('e')
    await row(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Reopen' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('nobody of this name')
    await page.getByRole('heading', { name: 'No conversation fits' }).waitFor()
    expect(page.url()).toContain('q=nobody')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await write('I have another question')
    await row(page).waitFor()
    await context.close()
  })

  test('draws every kind of message, in every look', async () => {
    await sendEveryKind(chat)
    const { page, context, complaints } = await open()
    await row(page).click()
    for (const words of [
      'Offer 2026.pdf',
      'Monas',
      'Ann Lee',
      'When?',
      'Viewing',
      'The blue one',
      'This message was deleted.',
    ])
      await log(page).getByText(words, { exact: true }).waitFor()
    await log(page).getByRole('listitem').filter({ hasText: 'Tuesday' }).getByText('1 vote').waitFor()
    await log(page).getByText('At six').waitFor()
    await log(page).getByRole('img', { name: 'Reactions: 👍 Maria Santos' }).waitFor()
    const address = `${page.url()}?details=1`
    expect(complaints).toEqual([])
    await context.close()
    for (const look of LOOKS) {
      const opened = await openPage(browser, look)
      await opened.page.goto(address)
      await signIn(opened.page, stack)
      await opened.page.getByRole('heading', { name: 'Details' }).waitFor()
      expect(await accessibilityProblems(opened.page)).toEqual([])
      await opened.page.goto(address.replace('?details=1', ''))
      await log(opened.page).getByText('At six').waitFor()
      expect(await accessibilityProblems(opened.page)).toEqual([])
      await opened.page.goto(`${stack.url}/app/contacts/1`)
      await opened.page.getByRole('heading', { name: 'Maria Santos' }).waitFor()
      expect(await accessibilityProblems(opened.page)).toEqual([])
      await opened.context.close()
    }
  })

  test('shows a contact, takes a new name, and leads to the conversation', async () => {
    const { page, context } = await open('/app/contacts')
    await page.getByRole('list', { name: 'Contacts' }).getByRole('link', { name: 'Maria Santos' }).click()
    await page.getByLabel('Company', { exact: true }).fill('Acme')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('list', { name: 'Contacts' }).getByText('Acme').waitFor()
    await page.getByRole('link', { name: /^Open conversation/ }).click()
    await log(page).getByText('At six').waitFor()
    await context.close()
  })

  test('shows a user of another inbox nothing of it, and one who may not write no way to write', async () => {
    const device = Number(at(await api('/devices', undefined, 'GET'), '0.id'))
    const [sales, support] = [await api('/inboxes', { name: 'Sales' }), await api('/inboxes', { name: 'Support' })]
    await api(`/inboxes/${at(sales, 'id')}/devices`, { device_id: device })
    const reader = await api('/roles', { name: 'Reader' })
    const user = async (email: string, inbox: unknown) => {
      const login = { email, password: 'a long way to Tipperary' }
      await api('/users', { name: 'Reader', ...login, role_id: at(reader, 'id'), inbox_ids: [at(inbox, 'id')] })
      return login
    }
    const stranger = await open('/app/inbox', await user('stranger@example.com', support))
    await stranger.page.getByRole('heading', { name: 'No device yet' }).waitFor()
    await stranger.page.goto(`${stack.url}/app/inbox/1`)
    await stranger.page.getByRole('heading', { name: 'This conversation is not here' }).first().waitFor()
    await stranger.context.close()

    const { page, context } = await open('/app/inbox', await user('reader@example.com', sales))
    await row(page).click()
    await log(page).getByText('At six').waitFor()
    expect(await page.getByLabel('Message', { exact: true }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Solve', exact: true }).count()).toBe(0)
    await context.close()
  })
})
