import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Where distributions put the browser; the variable CHROMIUM names another one. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/opt/google/chrome/chrome']

/** The browser of this machine; undefined when there is none. */
const chromiumPath = [process.env.CHROMIUM, ...PLACES].find((place) => place && existsSync(place))

/** Whether to skip, which is said loudly: without a browser nothing of the dashboard is proved. */
export const noBrowser = (): boolean => {
  if (chromiumPath) return false
  console.warn('\n!!! No chromium is installed: the dashboard is NOT tested. Install it, or name it in CHROMIUM.\n')
  return true
}

/** Starts the browser. Close it when done. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })

/** A page with what it complained about: errors, and what the content security policy refused. */
export type WatchedPage = { page: Page; context: BrowserContext; complaints: string[] }

/** Opens a fresh profile (no cookies) with one page. Complaints that `expected` matches are left out. */
export const openPage = async (
  browser: Browser,
  options: BrowserContextOptions = {},
  expected = /status of 401/,
): Promise<WatchedPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options })
  context.setDefaultTimeout(20_000)
  await context.addInitScript({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') })
  const complaints: string[] = []
  const page = await context.newPage()
  const complain = (text: string) => {
    if (!expected.test(text)) complaints.push(text)
  }
  page.on('pageerror', (error) => complain(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  return { page, context, complaints }
}

type Run = { violations: { id: string; nodes: { target: unknown; summary: string | undefined }[] }[] }

/** What breaks the accessibility rules (WCAG 2.2 A and AA) on the page as it is shown: rule and element. */
export const accessibilityProblems = async (page: Page): Promise<string[]> => {
  const { violations } = await page.evaluate(async (): Promise<Run> => {
    const loaded = (globalThis as unknown as { axe: typeof axe }).axe
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const result = await loaded.run({ runOnly: { type: 'tag', values: tags } })
    return {
      violations: result.violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ target, failureSummary }) => ({ target, summary: failureSummary })),
      })),
    }
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} ${JSON.stringify(node.target)} ${node.summary}`),
  )
}

/** The looks in which every page has to be right. */
export const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width, viewport: { width, height: width === 390 ? 844 : 800 } })),
)
