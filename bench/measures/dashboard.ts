import type { Page } from 'playwright-core'
import { openPage, startBrowser } from '#test/browser/_browser.ts'
import { newChat } from '#test/browser/_chats.ts'
import { signIn } from '#test/browser/_signed-in.ts'
import { waitFor } from '#test/harness/wait.ts'
import type { BenchStack } from '../lib/stack.ts'

/** Milliseconds until a message stands in a page: from a phone's send, and from a colleague's answer. */
export type SeenSamples = { arrivedMs: number[]; answeredMs: number[] }

/** Milliseconds from one message to the next. */
const EVERY_MS = 250

const wallMs = (): number => performance.timeOrigin + performance.now()

/** Notes in the page when each text with the mark first stands in the open thread. It runs in the browser, hence a text. */
const noteMarks = async (page: Page, mark: string): Promise<void> => {
  await page.evaluate(`
    globalThis.seen = {}
    const thread = document.querySelector('[role="log"]')
    new MutationObserver(() => {
      for (const [text] of thread.textContent.matchAll(/${mark}-\\d+-/g))
        seen[text] ??= performance.timeOrigin + performance.now()
    }).observe(thread, { childList: true, subtree: true, characterData: true })
  `)
}

const seenIn = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen)

/** From when each text was written until it stood in the page. */
const delays = async (page: Page, written: Map<string, number>): Promise<number[]> => {
  const seen = await waitFor('every message in the page', async () => {
    const found = await seenIn(page)
    return [...written.keys()].every((text) => found[text] !== undefined) ? found : undefined
  })
  return [...written].map(([text, from]) => (seen[text] ?? Number.NaN) - from)
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, EVERY_MS))

/** Two browsers with one conversation open: a phone writes to it, then one of the two answers. */
export const measureDashboard = async (stack: BenchStack, count: number): Promise<SeenSamples> => {
  const browser = await startBrowser()
  try {
    const { device, customer } = await newChat(stack, 'Ada')
    await customer.send(device.phone.phone, { text: 'Good morning' })
    const open = async (): Promise<Page> => {
      const { page } = await openPage(browser)
      await page.goto(`${stack.url}/app/inbox`)
      await signIn(page, stack)
      await page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: 'Ada' }).click()
      await page.getByRole('log').getByText('Good morning').waitFor()
      await noteMarks(page, 'mark')
      return page
    }
    const [one, other] = [await open(), await open()]
    const arrived = new Map<string, number>()
    for (let n = 0; n < count; n += 1) {
      arrived.set(`mark-${n}-`, wallMs())
      await customer.send(device.phone.phone, { text: `mark-${n}-` })
      await rest()
    }
    const arrivedMs = [...(await delays(one, arrived)), ...(await delays(other, arrived))]
    const answered = new Map<string, number>()
    for (let n = count; n < 2 * count; n += 1) {
      await one.getByLabel('Message', { exact: true }).fill(`mark-${n}-`)
      answered.set(`mark-${n}-`, wallMs())
      await one.keyboard.press('Enter')
      await rest()
    }
    return { arrivedMs, answeredMs: await delays(other, answered) }
  } finally {
    await browser.close()
  }
}
