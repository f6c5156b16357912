import type { Catalogue, Declared, Domain } from '../catalogue.ts'
import { FALLBACK_DOMAIN, knownRoutes, splitDomains } from '../routes.ts'

/** One bundle: the folder it is built into, the output file and the source of its (generated) entry module. */
export type Entry = { name: string; file: 'index' | 'main'; source: string }

/** Folder names of the bundles. */
export const assetNames = {
  domain: (name: string): string => `api-${name}`,
  stream: (name: string): string => `stream-${name}`,
  subscriber: (declared: Declared<{ name: string }>): string => `event-${declared.value.name}`,
  job: (declared: Declared<{ name: string }>): string => `job-${declared.value.name}`,
  runner: 'session-runner',
}

const alias = (file: string): string => JSON.stringify(`#${file}`)

/** A module that makes a handler of a domain's operations. `options` is source text. */
const operationsEntry = (
  name: string,
  { operations }: Domain,
  make: 'createDomainHandler' | 'createStreamHandler',
  options = '',
): Entry => ({
  name,
  file: 'index',
  source: [
    `import { ${make} } from '#kit/http/handler.ts'`,
    ...operations.map(({ file }, at) => `import { operation as o${at} } from ${alias(file)}`),
    `const operations = [${operations.map((_, at) => `o${at}`).join(', ')}]`,
    `export const handler = ${make}(operations${options})`,
  ].join('\n'),
})

const domainEntries = ({ domains }: Catalogue): Entry[] => {
  const { whole, streaming } = splitDomains(domains)
  const known = `, { known: ${JSON.stringify(knownRoutes(domains))} }`
  return [
    ...whole.map((domain) => {
      const options = domain.name === FALLBACK_DOMAIN ? known : ''
      return operationsEntry(assetNames.domain(domain.name), domain, 'createDomainHandler', options)
    }),
    ...streaming.map((domain) => operationsEntry(assetNames.stream(domain.name), domain, 'createStreamHandler')),
  ]
}

/** The entry modules of every function; each imports its declarations and hands them to the handler factory. */
export const functionEntries = (catalogue: Catalogue): Entry[] => [
  ...domainEntries(catalogue),
  ...catalogue.subscribers.map((declared) => ({
    name: assetNames.subscriber(declared),
    file: 'index' as const,
    source: [
      `import { createSubscriberHandler } from '#kit/event-handler.ts'`,
      `import { subscriber } from ${alias(declared.file)}`,
      'export const handler = createSubscriberHandler(subscriber)',
    ].join('\n'),
  })),
  ...catalogue.jobs.map((declared) => ({
    name: assetNames.job(declared),
    file: 'index' as const,
    source: [
      `import { createJobHandler } from '#kit/event-handler.ts'`,
      `import { job } from ${alias(declared.file)}`,
      'export const handler = createJobHandler(job)',
    ].join('\n'),
  })),
]

/** The entry module of the session-runner: its main file, run as it is. */
export const runnerEntry = (mainFile: string): Entry => ({
  name: assetNames.runner,
  file: 'main',
  source: `import ${JSON.stringify(mainFile)}`,
})
