import type { LocalMail } from './ses.ts'

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
article{border-top:1px solid #8888;padding:1rem 0}pre{white-space:pre-wrap;font:inherit}small{opacity:.7}`

const article = ({ at, from, to, subject, text }: LocalMail): string => `<article>
<h2>${escapeHtml(subject)}</h2>
<small>${escapeHtml(at)}, from ${escapeHtml(from)} to ${escapeHtml(to.join(', '))}</small>
<pre>${escapeHtml(text)}</pre>
</article>`

/** The page of the local mailbox: every mail with its text, newest first. What mails say is shown as text only. */
export const mailPage = (mails: LocalMail[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mail</title><style>${STYLE}</style>
<h1>Mail</h1>
<p>What the product would have sent by mail, newest first. Load the page again for more; <a href="/mail.json">as JSON</a>.</p>
${mails.length === 0 ? '<p>Nothing yet.</p>' : mails.map(article).join('\n')}
</html>
`
