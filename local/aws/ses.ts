import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AwsError } from './services/aws-error.ts'

/** A mail that was handed over to be sent. On a laptop it goes nowhere: people and tests read it here. */
export type LocalMail = {
  id: string
  /** RFC 3339. */
  at: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
}

/** Mails that are kept; older ones make room. */
const KEPT = 200

const part = z.object({ Data: z.string() })
const sendEmail = z.looseObject({
  FromEmailAddress: z.email(),
  Destination: z.looseObject({ ToAddresses: z.array(z.email()).min(1).max(50) }),
  Content: z.object({
    Simple: z.looseObject({
      Subject: part,
      Body: z.looseObject({ Text: part.optional(), Html: part.optional() }),
    }),
  }),
})

/** The mails of a folder, newest first; none when there is no such folder yet. */
export function readMails(dir: string): LocalMail[] {
  return namesIn(dir)
    .reverse()
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as LocalMail)
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Carries out SES v2's SendEmail with simple content: the mail is kept in the folder. Gives SES's answer. */
export function keepMail(dir: string | undefined, body: Buffer): { MessageId: string } {
  if (dir === undefined)
    throw new AwsError('NotFoundException', 'There is no local mailbox: start it with a folder.', 404)
  const parsed = sendEmail.safeParse(JSON.parse(body.toString('utf8')))
  if (!parsed.success) throw new AwsError('BadRequestException', z.prettifyError(parsed.error))
  const { FromEmailAddress, Destination, Content } = parsed.data
  const { Subject, Body } = Content.Simple
  const at = new Date().toISOString()
  const id = `${at.replace(/\D/g, '')}-${randomUUID()}`
  const mail: LocalMail = {
    id,
    at,
    from: FromEmailAddress,
    to: Destination.ToAddresses,
    subject: Subject.Data,
    text: Body.Text?.Data ?? '',
    html: Body.Html?.Data ?? '',
  }
  mkdirSync(dir, { recursive: true })
  // Renamed into place, so that nobody reads half of it.
  writeFileSync(join(dir, `${id}.new`), JSON.stringify(mail, null, 2), { mode: 0o600 })
  renameSync(join(dir, `${id}.new`), join(dir, `${id}.json`))
  for (const name of namesIn(dir).slice(0, -KEPT)) rmSync(join(dir, name), { force: true })
  return { MessageId: id }
}
