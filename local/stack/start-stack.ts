import path from 'node:path'
import type { Emulators } from '#local/aws/emulators.ts'
import { createJsonClient } from './aws-calls/json-client.ts'
import { startSchedules } from './events/schedules.ts'
import { assemble, type Parts } from './host/assemble.ts'
import { awsEnvironment, provisionApp } from './host/backends.ts'
import { type Credentials, keptCredentials, writeLocalFile } from './host/credentials.ts'
import { fillDynamicReferences } from './host/dynamic-references.ts'
import type { LocalOverrides } from './host/environment.ts'
import { rolePermissions } from './host/permissions.ts'
import { timed } from './host/progress.ts'
import type { Sandbox } from './host/sandbox.ts'
import { runSetUp } from './host/set-up.ts'
import { type CleanUp, openContext, type StartContext } from './host/start-context.ts'
import { startSurroundings } from './host/surroundings.ts'
import { makeTasks, type Tasks } from './host/tasks.ts'
import { functionsBehindApis, warmFunctions } from './host/warm.ts'
import { Front } from './http/front.ts'
import { startSources } from './sources/start-sources.ts'
import { watchTables } from './sources/table-writes.ts'
import type { LocalStack as RunningStack, StackOptions } from './stack-options.ts'
import { readAssembly } from './template/assembly.ts'
import { type ResolvedApp, resolveApp } from './template/resolve.ts'
import { unsupportedTypesMessage } from './template/resource-types.ts'

/** A running stack. */
export type LocalStack = RunningStack

/** Starts the whole product on this machine from its synthesised templates. Cleans up after itself when it fails. */
export async function startStack(options: StackOptions = {}): Promise<RunningStack> {
  const cleanUps: CleanUp[] = []
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  }
  try {
    return await start(openContext(options, cleanUps), stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(context: StartContext, stop: () => Promise<void>): Promise<RunningStack> {
  const { options, dir, logs, progress, cleanUps } = context
  // The front listens first: everything else is told its address.
  const front = new Front(logs.log)
  const port = await front.listen(options.port ?? 0)
  cleanUps.push(() => front.close(2000))

  const { emulators, sandbox, cdkOut } = await startSurroundings(context)
  const app = await timed(progress, 'templates resolved', () => resolve(cdkOut, emulators, port))
  await timed(progress, 'tables, queues and buckets ready', () => provisionStores(context, app, emulators))
  const { parts, tasks } = await makeParts(context, app, emulators, localOverrides(options, sandbox))
  await timed(progress, 'functions and APIs ready', () => startWork(context, app, parts, tasks, emulators))
  front.serve(parts.distribution)

  const made = await timed(progress, 'set-up done', () => runSetUp(parts.functions))
  const credentials = { ...keptCredentials(dir), ...made }
  const addresses = {
    url: `http://localhost:${port}`,
    websocketUrl: `ws://localhost:${port}${parts.socketPath}`,
    sandboxUrl: sandbox?.controlUrl ?? '',
  }
  writeLocalFile(dir, { ...addresses, ...credentials })
  if (options.warm) warmInBackground(app, parts, cleanUps)
  return {
    ...addresses,
    ...filled(credentials),
    dir,
    endpoints: awsEnvironment(emulators),
    stop,
    kill: { runner: (index) => runnerTasks(tasks)[index]?.kill() ?? Promise.reject(new Error(`no runner ${index}`)) },
    tasks: () => runnerTasks(tasks).map(({ arn, pid, status }) => ({ arn, pid, status })),
    drainLogs: logs.drain,
  }
}

/** Reads the templates with the addresses of this stack. Throws one line when they hold what has no counterpart. */
function resolve(cdkOut: string, emulators: Emulators, port: number): ResolvedApp {
  const assembly = readAssembly(cdkOut)
  const types = assembly.stacks.flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type))
  const unsupported = unsupportedTypesMessage(types)
  if (unsupported !== undefined) throw new Error(unsupported)
  return resolveApp(assembly, {
    region: emulators.region,
    accountId: emulators.accountId,
    sqsUrl: endpointOf(emulators, 'SQS'),
    frontHost: `localhost:${port}`,
    managementUrl: endpointOf(emulators, 'APIGATEWAYMANAGEMENTAPI'),
  })
}

/** Makes stores and secrets, and puts the secrets' values where the templates refer to them. */
async function provisionStores({ cleanUps }: StartContext, app: ResolvedApp, emulators: Emulators): Promise<void> {
  await provisionApp(emulators, app)
  const clients = {
    secrets: jsonClient(emulators, 'secretsmanager', 'SECRETS_MANAGER'),
    parameters: jsonClient(emulators, 'ssm', 'SSM'),
  }
  cleanUps.push(() => Object.values(clients).map((client) => client.close()))
  await fillDynamicReferences(app, clients)
}

/** Makes everything that runs in this process and the services of tasks; nothing works yet. */
async function makeParts(context: StartContext, app: ResolvedApp, emulators: Emulators, overrides: LocalOverrides) {
  const { options, logs, running, cleanUps } = context
  const common = {
    app,
    overrides,
    aws: awsEnvironment(emulators),
    permissionsOf: rolePermissions(app, emulators, path.join(context.dir, 'policies')),
    logDir: logs.directory,
    verbose: options.verbose ?? false,
    log: logs.log,
  }
  const parts = await assemble({ ...common, accessKeyId: emulators.credentials.accessKeyId })
  running.parts = parts
  cleanUps.push(() => closeParts(parts))
  const secrets = jsonClient(emulators, 'secretsmanager', 'SECRETS_MANAGER')
  const tasks = await makeTasks({ ...common, secrets, runners: options.runners ?? 1 })
  running.tasks = tasks
  cleanUps.push(async () => {
    secrets.close()
    await tasks.agent.close()
  })
  return { parts, tasks }
}

/** Starts what works by itself: event sources, tasks and timers. */
async function startWork(
  context: StartContext,
  app: ResolvedApp,
  parts: Parts,
  tasks: Tasks,
  { tablesDir }: Emulators,
): Promise<void> {
  const { keep, cleanUps, logs } = context
  const { clients, buses, sender, functions } = parts
  const checkpointDir = keep('checkpoints')
  const writes = watchTables(tablesDir)
  cleanUps.push(() => writes?.close())
  cleanUps.push(await startSources(app, { ...clients, buses, sender, functions, log: logs.log, checkpointDir, writes }))
  cleanUps.push(() => Promise.all(tasks.services.map((service) => service.stop())))
  await Promise.all(tasks.services.map((service) => service.start()))
  cleanUps.push(startSchedules(app, { buses, sender, log: logs.log }))
}

function warmInBackground(app: ResolvedApp, { functions }: Parts, cleanUps: CleanUp[]): void {
  const stopping = new AbortController()
  void warmFunctions(functionsBehindApis(app, functions), stopping.signal)
  cleanUps.push(() => stopping.abort())
}

/** Ends the functions once the events under way are settled. */
async function closeParts(parts: Parts): Promise<void> {
  await Promise.all(parts.sockets.map((sockets) => sockets.close()))
  await Promise.all([...parts.functions.values()].map((fn) => fn.stop(3000)))
  for (const client of Object.values(parts.clients)) client.close()
}

function localOverrides(options: StackOptions, sandbox: Sandbox | undefined): LocalOverrides {
  const { whatsapp = 'sandbox', env = {} } = options
  const other = typeof whatsapp === 'object' ? whatsapp : undefined
  return {
    whatsappUrl: other?.url ?? sandbox?.webSocketUrl,
    sandboxUrl: sandbox?.controlUrl,
    whatsappRootKey: other?.rootKey ?? sandbox?.rootKey,
    extra: env,
  }
}

function jsonClient(emulators: Emulators, service: 'secretsmanager' | 'ssm', variable: string) {
  const { region, credentials } = emulators
  const access = { region, accessKeyId: credentials.accessKeyId, endpoint: endpointOf(emulators, variable) }
  return createJsonClient(service, access)
}

function endpointOf(emulators: Emulators, service: string): string {
  const endpoint = emulators.endpoints[`AWS_ENDPOINT_URL_${service}`]
  if (endpoint === undefined) throw new Error(`the emulators have no address for ${service}`)
  return endpoint
}

function runnerTasks({ services }: Tasks) {
  return services.flatMap((service) => service.tasks.filter(({ status }) => status === 'RUNNING'))
}

function filled(credentials: Credentials): Required<Credentials> {
  const { adminToken = '', managerApiKey = '', apiKey = '' } = credentials
  const { clientId = '', clientSecret = '', email = '', password = '' } = credentials
  return { adminToken, managerApiKey, apiKey, clientId, clientSecret, email, password }
}
