import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { type Letter, LOCALES, localeOf, type MailContent, type QueuedMail } from './model.ts'
import { queueMail } from './queue.ts'
import { sendQueued } from './send.ts'
import { writeMail } from './templates.ts'

let ctx: DomainContext

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
})

afterAll(() => ctx.close())

const contents: MailContent[] = [
  { kind: 'loginCode', code: '012345', minutes: 10 },
  { kind: 'passwordChanged' },
  { kind: 'sessionsEnded' },
  { kind: 'invitation', organization: 'Acme', invitedBy: 'Ann', link: 'https://inbox.example.com/i/abc', days: 7 },
]

test.each(contents)('$kind is written in every language, as text and as HTML', (content) => {
  const subjects = LOCALES.map((locale) => {
    const { subject, text, html } = writeMail({ content, locale })
    expect(html).toContain(`<html lang="${locale}">`)
    if (content.kind === 'loginCode') expect([text.includes('012345'), html.includes('012345')]).toEqual([true, true])
    if (content.kind === 'invitation') expect([text, html].every((one) => one.includes(content.link))).toBe(true)
    return subject
  })
  expect(new Set(subjects).size).toBe(LOCALES.length)
})

test('names that others wrote stay text on one line', () => {
  const content = {
    kind: 'invitation',
    organization: '<script>alert(1)</script>\r\nBcc: all@example.com',
    invitedBy: '"Ann" & Co',
    link: 'https://inbox.example.com/i/a?b=1&c="2"',
    days: 7,
  } as const
  const { subject, html } = writeMail({ content, locale: 'en' })
  expect(subject).not.toMatch(/[\r\n]/)
  expect(html).not.toContain('<script>')
  expect(html).toContain('href="https://inbox.example.com/i/a?b=1&amp;c=&quot;2&quot;"')
})

test('a locale that nobody translated reads English', () => {
  expect([localeOf('pt-BR'), localeOf('ES'), localeOf('de'), localeOf(undefined)]).toEqual(['pt', 'es', 'en', 'en'])
})

const queued = async (id: string, letter: Partial<Letter> = {}, keepSeconds?: number): Promise<QueuedMail> => {
  const taken: QueuedMail[] = []
  const whole: Letter = { to: 'ann@example.com', locale: 'en', content: { kind: 'passwordChanged' }, ...letter }
  await queueMail(ctx, async (one) => void taken.push(one), { id, letter: whole, keepSeconds })
  const [mail] = taken
  if (!mail) throw new Error('nothing was queued')
  return mail
}

test('a mail is sent once by its id, however often it comes; a failed one may come again', async () => {
  const mail = await queued('mail-1')
  const sent: string[] = []
  const ok = async (to: string) => void sent.push(to)
  const down = () => Promise.reject(new Error('SES is down'))
  await expect(sendQueued(ctx, mail, down)).rejects.toThrow('SES is down')
  expect(await sendQueued(ctx, mail, ok)).toBe('sent')
  expect(await sendQueued(ctx, mail, ok)).toBe('before')
  expect(await sendQueued(ctx, await queued('mail-1'), ok)).toBe('before')
  expect(sent).toEqual(['ann@example.com'])
})

test('two processes do not send the same mail; what a vanished one left is sent after two minutes', async () => {
  const mail = await queued('mail-2')
  const answered = Promise.withResolvers<void>()
  const hanging = sendQueued(ctx, mail, () => answered.promise)
  await expect.poll(() => ctx.main.get({ pk: 'MAILSENT#mail-2', sk: 'META' })).toBeDefined()
  const sent: string[] = []
  const ok = async (to: string) => void sent.push(to)
  expect(await sendQueued(ctx, mail, ok)).toBe('busy')
  ctx.clock.advance(120_000)
  expect(await sendQueued(ctx, mail, ok)).toBe('sent')
  answered.resolve()
  await hanging
  expect(sent).toHaveLength(1)
})

test('a mail that ran out, or goes to nobody, is not sent; another id does not open what was sealed', async () => {
  const never = () => Promise.reject(new Error('must not be sent'))
  const mail = await queued('mail-3', {}, 600)
  expect(JSON.stringify(mail)).not.toContain('ann@example.com')
  await expect(sendQueued(ctx, { ...mail, id: 'mail-4' }, never)).rejects.toThrow()
  ctx.clock.advance(600_000)
  expect(await sendQueued(ctx, mail, never)).toBe('expired')
  expect(await sendQueued(ctx, await queued('mail-5', { to: null }), never)).toBe('nobody')
})
