/**
 * The resources code may use, by short name. An operation, subscriber or job names what it needs with the access it needs;
 * infrastructure turns that into environment variables and least-privilege grants, and code reads the variable through
 * `resource()`. A new resource is one line here and one construct in `infra/`.
 */
export const RESOURCES = {
  main: { variables: ['MAIN_TABLE'], access: ['read', 'write', 'readWrite'] },
  session: { variables: ['SESSION_TABLE'], access: ['read', 'readWrite'] },
  commands: { variables: ['COMMAND_QUEUE_URLS'], access: ['send', 'consume', 'exchange'] },
  mails: { variables: ['MAIL_QUEUE_URL'], access: ['send', 'consume'] },
  // Sending mail by SES; the address is empty where no sender is set up.
  mailSender: { variables: ['MAIL_FROM'], access: ['send'] },
  deliveries: { variables: ['DELIVERY_QUEUE_URL'], access: ['send', 'consume'] },
  media: { variables: ['MEDIA_BUCKET'], access: ['read', 'write', 'readWrite'] },
  bus: { variables: ['EVENT_BUS_NAME'], access: ['put'] },
  platformSecret: { variables: ['PLATFORM_SECRET_ARN'], access: ['read'] },
  frontSecret: { variables: ['FRONT_SECRET_ARN'], access: ['read'] },
  authKey: { variables: ['AUTH_KEY_ARN'], access: ['encrypt', 'use'] },
  sockets: { variables: ['SOCKET_ENDPOINT'], access: ['push'] },
  fleet: { variables: ['CLUSTER_ARN', 'SERVICE_NAME'], access: ['scale'] },
  // The control API of a sandbox network beside the product; its variable is empty where there is none.
  sandbox: { variables: ['SANDBOX_URL'], access: ['drive'] },
} as const satisfies Record<string, { variables: readonly string[]; access: readonly string[] }>

/** Short name of a resource. */
export type ResourceName = keyof typeof RESOURCES

/** What a unit of code needs, for example `{ main: 'readWrite', commands: 'send' }`. */
export type Needs = { [R in ResourceName]?: (typeof RESOURCES)[R]['access'][number] }

type Variable = (typeof RESOURCES)[ResourceName]['variables'][number]

/** The value infrastructure gave a resource variable. Throws when it is missing: the unit did not declare the need. */
export const resource = (variable: Variable): string => {
  const value = process.env[variable]
  if (!value) throw new Error(`environment variable ${variable} is not set: declare the resource in "needs"`)
  return value
}

/** Queue URL of each shard, in shard order. */
export const commandQueueUrls = (): string[] => resource('COMMAND_QUEUE_URLS').split(',')
