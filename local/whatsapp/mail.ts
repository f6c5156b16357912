import type { ServerResponse } from 'node:http'
import { readMails } from '#local/aws/ses.ts'
import { mailPage } from '#local/aws/ses-page.ts'

/**
 * Serves the mailbox of the laptop stack beside the phones: a page at `/mail`, the same as JSON at `/mail.json`. False for other
 * paths. Mails hold codes: unlike the rest here, pages of other origins may not read them.
 */
export function serveMail(dir: string | undefined, path: string, response: ServerResponse): boolean {
  if (dir === undefined || (path !== '/mail' && path !== '/mail.json')) return false
  const mails = readMails(dir)
  const isPage = path === '/mail'
  const body = isPage ? mailPage(mails) : JSON.stringify({ mails })
  response.writeHead(200, {
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
  })
  response.end(body)
  return true
}
