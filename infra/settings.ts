import { z } from 'zod'

const schema = z.object({
  /** Name of the deployed copy; part of every stack and resource name. `prod` adds deletion and termination protection. */
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'the environment is up to 16 lower-case letters, digits and dashes')
    .default('dev'),
  /** Region of everything. CloudFront's web ACL lives in us-east-1 whatever this is. */
  region: z.string().default('us-east-1'),
  /** Public host name, with its certificate of us-east-1. Without it the address is the distribution's own. */
  domainName: z.string().optional(),
  certificateArn: z.string().startsWith('arn:').optional(),
  /** Version of the front secret that CloudFront sends; the current one at the time of the first deployment unless given. */
  frontSecretVersion: z.string().optional(),
  /** Address that alarms are mailed to. */
  alarmEmail: z.email().optional(),
  /** Address that mails to users come from: SES has verified it or its domain. Without it no mail leaves: it is tried until it runs out, and the alarm of the mail queue says so. */
  mailFrom: z.email().optional(),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  logRetentionDays: z.coerce.number().int().default(30),
  /** Command queues. It may grow; a device stays on the shard it was given. */
  shardCount: z.coerce.number().int().min(1).max(32).default(4),
  /** Leave media at WhatsApp for every device, whatever its own setting. */
  skipMediaDownload: z.enum(['true', 'false']).default('false'),
  /** Whether devices may have their API sends echoed as events; `false` switches that off for all. */
  echoApiMessages: z.enum(['true', 'false']).default('true'),
  /** Requests one address may make in five minutes before the web ACL refuses it. */
  rateLimit: z.coerce.number().int().min(100).default(30_000),
})

/** What may differ between two copies of the product. */
export type Settings = z.infer<typeof schema> & { production: boolean }

/** Reads the settings from values given by name (CDK context, environment). Throws on a value that is not allowed. */
export const readSettings = (value: (name: string) => unknown): Settings => {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, value(name)]))
  const settings = schema.parse(given)
  if ((settings.domainName === undefined) !== (settings.certificateArn === undefined)) {
    throw new Error('domainName and certificateArn go together: give both or none')
  }
  // The laptop stack keeps mails to itself: any sender will do.
  const mailFrom = settings.mailFrom ?? (settings.environment === 'local' ? 'switchboard@example.com' : undefined)
  return { ...settings, mailFrom, production: settings.environment === 'prod' }
}
