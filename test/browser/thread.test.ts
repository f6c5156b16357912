import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { at, call } from '#test/harness/http.ts'
import { sound } from '#test/harness/media-samples.ts'
import { waitFor } from '#test/harness/wait.ts'
import { noBrowser, openPage, startBrowser } from './_browser.ts'
import { type Chat, newChat, picture } from './_chats.ts'
import { signIn } from './_signed-in.ts'

// What a page has and Node has not: used in functions that run there.
declare const DataTransfer: new () => { items: { add: (file: File) => void } }
declare const DragEvent: new (type: string, options: object) => Event
declare const ClipboardEvent: new (type: string, options: object) => Event

describe.skipIf(noBrowser())('a thread', () => {
  let stack: LocalStack
  let browser: Browser
  let chat: Chat
  let second: Chat['device']

  beforeAll(async () => {
    ;[stack, browser] = await Promise.all([startStack({}), startBrowser()])
    chat = await newChat(stack, 'Maria Santos')
    // The same person writes to another number of ours.
    second = (await newChat(stack, 'Budi')).device
    await chat.customer.send(second.phone.phone, { text: 'To the other number' })
    await chat.customer.send(chat.device.phone.phone, { text: 'Is it there?' })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  }, 60_000)

  const row = (page: Page, device: string) =>
    page.getByRole('list', { name: 'Conversations' }).getByRole('link').filter({ hasText: device })
  const log = (page: Page) => page.getByRole('log')
  const field = (page: Page) => page.getByLabel('Message', { exact: true })
  const open = async () => {
    const opened = await openPage(browser)
    await opened.page.goto(`${stack.url}/app/inbox`)
    await signIn(opened.page, stack)
    await row(opened.page, "Maria Santos's device").click()
    await log(opened.page).getByText('Is it there?').waitFor()
    return opened
  }

  /** What the sandbox network says of typing that reaches a phone. */
  const watchTyping = async (phone: string) => {
    const seen: string[] = []
    const ending = new AbortController()
    const answer = await fetch(`${stack.sandboxUrl}/events?types=chatstate`, { signal: ending.signal })
    const read = async () => {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? [])
        for (const [, line = ''] of chunk.matchAll(/^data: (.+)$/gm)) {
          const event: unknown = JSON.parse(line)
          if (at(event, 'phone') === phone) seen.push(String(at(event, 'data.state')))
        }
    }
    read().catch(() => undefined)
    return { seen, end: () => ending.abort() }
  }

  test('shows the contact that somebody writes, once for many keys, and that nobody does any more', async () => {
    const { page, context, complaints } = await open()
    const { seen, end } = await watchTyping(chat.customer.phone)
    await field(page).pressSequentially('Yes, I will keep it for you', { delay: 15 })
    await waitFor('the typing on the phone', () => seen.length > 0)
    await field(page).fill('')
    await waitFor('its end', () => seen.includes('paused'))
    expect(seen).toEqual(['composing', 'paused'])
    await field(page).fill('It is yours')
    await page.keyboard.press('Enter')
    await chat.customer.hasText('It is yours')
    expect(complaints).toEqual([])
    end()
    await context.close()
  })

  test('shows that the contact writes, in the thread of the number it is written to and in no other', async () => {
    const { page, context } = await open()
    await row(page, "Budi's device").waitFor()
    const to = { to: chat.device.phone.phone, state: 'composing' }
    await call('POST', `${stack.sandboxUrl}/phones/${chat.customer.phone}/typing`, { body: to })
    await page.getByRole('heading', { level: 1 }).getByText('typing…').waitFor()
    await row(page, "Maria Santos's device").getByText('typing…').waitFor()
    expect(await row(page, "Budi's device").getByText('typing…').count()).toBe(0)
    await call('POST', `${stack.sandboxUrl}/phones/${chat.customer.phone}/typing`, { body: { ...to, state: 'paused' } })
    await page.getByText('typing…').first().waitFor({ state: 'detached' })
    await context.close()
  })

  test('shows a picture blurred while its file is read, and the waveform that a voice note came with', async () => {
    const image = { MediaBase64: await picture(960, 720, '#d04030'), MediaMime: 'image/jpeg', Body: 'The red one' }
    const headers = { authorization: `Bearer ${stack.apiKey}` }
    const rows = await call('GET', `${stack.url}/api/v1/conversations`, { headers })
    const { id } = (rows.body as { id: number; device_name: string }[]).find(({ device_name: name }) =>
      name.startsWith('Maria'),
    ) ?? { id: 0 }
    await call('POST', `${stack.url}/api/v1/conversations/${id}/messages`, { headers, body: image })
    const Audio = `data:audio/ogg;base64,${(await sound('opus.ogg', 3)).toString('base64')}`
    await chat.device.api('POST', '/chat/send/audio', { Phone: chat.customer.phone, Audio })
    const { page, context } = await openPage(browser)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let files = 0
    await page.route('**/media/**', async (route) => {
      files += 1
      await held
      await route.continue()
    })
    await page.goto(`${stack.url}/app/inbox`)
    await signIn(page, stack)
    await row(page, "Maria Santos's device").click()
    const frame = log(page).getByRole('button', { name: 'Open: The red one' })
    await frame.locator('img[src^="data:image/jpeg"]').waitFor()
    expect(await frame.locator('img').count(), 'the file itself is on its way').toBe(1)
    const bars = log(page)
      .getByRole('group', { name: /^(Voice message|Audio)$/ })
      .locator('i')
    const first = await bars.first().getAttribute('style')
    expect(first, 'its own shape, not the one of a sound that nobody knows').not.toContain('height: 25%')
    const before = await frame.boundingBox()
    release()
    await frame.locator('img[src^="blob:"]').waitFor()
    expect(await frame.boundingBox(), 'nothing moved').toEqual(before)
    expect(files, 'the voice note is read when it is played').toBe(1)
    await context.close()
  })

  test('opens where the keyboard stands, also after a click into the list', async () => {
    const { page, context } = await open()
    const rows = page.getByRole('list', { name: 'Conversations' }).getByRole('link')
    await rows.nth(0).click()
    await page.locator('[aria-current=true]').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await rows.nth(1).and(page.locator('[aria-current=true]')).waitFor()
    await context.close()
  })

  test('takes an emoji, a reply with its quote, a dropped and a pasted file', async () => {
    const { page, context, complaints } = await open()
    await log(page).getByRole('article').filter({ hasText: 'Is it there?' }).hover()
    await log(page)
      .getByRole('article')
      .filter({ hasText: 'Is it there?' })
      .first()
      .getByRole('button', { name: 'Reply' })
      .click()
    await page.keyboard.type('It is ')
    await page.getByRole('button', { name: 'Emoji' }).click()
    await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: '👍' }).click()
    await page.keyboard.press('Enter')
    const told = await chat.customer.hasText('It is 👍')
    expect(told).toMatchObject({ quotedText: 'Is it there?' })
    for (const way of ['drop', 'paste']) {
      await field(page).evaluate((target, kind) => {
        const data = new DataTransfer()
        data.items.add(new File(['hello'], `${kind}.txt`, { type: 'text/plain' }))
        const options = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data }
        for (const type of kind === 'drop' ? ['dragover', 'drop'] : [])
          target.dispatchEvent(new DragEvent(type, options))
        if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', options))
      }, way)
      await page.getByRole('button', { name: `Remove ${way}.txt` }).waitFor()
      await field(page).press('Enter')
      await log(page)
        .getByRole('button', { name: `${way}.txt` })
        .waitFor()
    }
    await waitFor('both files on the phone', async () => {
      const kinds = (await chat.customer.messages()).map(({ kind }) => kind)
      return kinds.filter((kind) => kind === 'document').length === 2
    })
    expect(complaints).toEqual([])
    await context.close()
  })
})
