import { expect, test } from 'vitest'
import { findLink } from './find-link.ts'
import { pageFacts, pageText } from './page-facts.ts'

test.each([
  ['<title> Words\n and more </title>', { title: 'Words and more' }],
  ['<meta content="T" property="og:title"><meta name=description content=short>', { title: 'T', description: 'short' }],
  ["<META NAME='twitter:title' CONTENT='it&#39;s'><title>x</title>", { title: "it's" }],
  ['<meta property="og:image" content="a.png"><meta property="og:image" content="b.png">', { image: 'a.png' }],
  ['<meta property="og:title" content="&#x1F389;&unknown;&#0;">', { title: '🎉&unknown;' }],
  ['no page', {}],
])('%s', (html, facts) => {
  expect(pageFacts(html)).toMatchObject(facts)
  expect(pageFacts(html).title).toBe((facts as { title?: string }).title)
})

// It would run into the test's time limit by orders of magnitude.
test('a page that was written to cost time costs none', () => {
  for (const part of ['<meta ', '<meta a', '<title', ' content=', '<meta content="', 'a=']) {
    expect(pageFacts(part.repeat(100_000)).title).toBeUndefined()
  }
}, 60_000)

test('a page is read in the character set it names', () => {
  expect(pageText(Buffer.from('<meta charset="iso-8859-1"><title>Zürich</title>', 'latin1'))).toContain('Zürich')
  expect(pageText(Buffer.from('<meta charset="no-such"><title>Zürich</title>'))).toContain('Zürich')
})

test.each([
  ['see https://example.com/a?b=1.', 'https://example.com/a?b=1'],
  ['(www.example.com)', 'www.example.com'],
  ['*HTTP://EXAMPLE.COM*', 'HTTP://EXAMPLE.COM'],
  ['nothing here', undefined],
])('the link of %s is %s', (text, link) => {
  expect(findLink(text)).toBe(link)
})
