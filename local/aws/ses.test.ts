import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxNetwork } from '#local/whatsapp/network.ts'
import { type Endpoint, startEndpoint } from './endpoint.ts'
import { bodyTargets, serviceOf } from './iam/request-targets.ts'
import { readMails } from './ses.ts'

let dir: string
let mailDir: string
let endpoint: Endpoint
let ses: SESv2Client

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ses-'))
  mailDir = join(dir, 'mail')
  endpoint = await startEndpoint({ region: 'us-east-1', accountId: '000000000000', mailDir })
  const credentials = { accessKeyId: 'LOCAL', secretAccessKey: 'local' }
  ses = new SESv2Client({ region: 'us-east-1', credentials, endpoint: endpoint.endpoint, maxAttempts: 1 })
})

afterAll(async () => {
  ses.destroy()
  await endpoint.close()
  rmSync(dir, { recursive: true, force: true })
})

const send = (to: string, subject: string, text = 'Hello') =>
  ses.send(
    new SendEmailCommand({
      FromEmailAddress: 'us@example.com',
      Destination: { ToAddresses: [to] },
      Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: text }, Html: { Data: '<p>Hello' } } } },
    }),
  )

test('what the SES client sends is kept and shown beside the phones, as text only', async () => {
  expect(readMails(mailDir)).toEqual([])
  const first = await send('ann@example.com', 'One')
  await send('bob@example.com', '<script>Two</script>', '123456\n<img src=x>')
  const network = await startSandboxNetwork({ mailDir })
  try {
    const answer = await fetch(`${network.controlUrl}/mail.json`)
    const { mails } = (await answer.json()) as { mails: { id: string; to: string[]; text: string }[] }
    expect(mails.map(({ to }) => to[0])).toEqual(['bob@example.com', 'ann@example.com'])
    expect(mails[1]).toMatchObject({ id: first.MessageId, text: 'Hello' })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const page = await (await fetch(`${network.controlUrl}/mail`)).text()
    expect(page).toContain('123456')
    expect(page).not.toMatch(/<script>|<img/)
  } finally {
    await network.close()
  }
})

test('a mail without a right address is refused as SES refuses it', async () => {
  await expect(send('nobody', 'Hello')).rejects.toMatchObject({ name: 'BadRequestException' })
})

test('old mails make room', async () => {
  for (let n = 0; n < 205; n += 1) await send('ann@example.com', `Mail ${n}`)
  expect(readdirSync(mailDir)).toHaveLength(200)
  expect(readMails(mailDir)[0]?.subject).toBe('Mail 204')
})

test('the permission that sending takes is that of the sender’s domain', () => {
  const request = { method: 'POST', path: '/v2/email/outbound-emails', header: () => undefined }
  const policy = { accountId: '000000000000', region: 'us-east-1' } as Parameters<typeof bodyTargets>[2]
  expect(serviceOf(request)).toBe('ses')
  expect(bodyTargets(request, { FromEmailAddress: 'us@example.com' }, policy)).toEqual([
    { action: 'ses:SendEmail', resource: 'arn:aws:ses:us-east-1:000000000000:identity/example.com' },
  ])
})
