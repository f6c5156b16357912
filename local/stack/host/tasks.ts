import path from 'node:path'
import type { JsonClient } from '../aws-calls/json-client.ts'
import { type Agent, startAgent } from '../ecs/agent.ts'
import { type ServiceDefinition, serviceDefinitions } from '../ecs/container.ts'
import { Service } from '../ecs/service.ts'
import type { ResolvedApp } from '../template/resolve.ts'
import { type AwsEnvironment, type LocalOverrides, withOverrides } from './environment.ts'
import type { Permissions } from './permissions.ts'

/** What tasks are started with. */
export type TasksOptions = {
  app: ResolvedApp
  aws: AwsEnvironment
  overrides: LocalOverrides
  permissionsOf: (roleArn: string) => Promise<Permissions>
  secrets: JsonClient
  runners: number
  logDir: string
  verbose: boolean
  log: (line: string) => void
}

/** The ECS side of a stack: its services and the agent their tasks talk to. */
export type Tasks = { services: Service[]; agent: Agent }

/** Longest a task may take to stop on a laptop, whatever its definition allows on AWS. */
const MAX_STOP_MS = 20_000

const followParent = new URL('../ecs/follow-parent.mjs', import.meta.url).href

/** Makes the services of an app; none runs yet. */
export async function makeTasks(options: TasksOptions): Promise<Tasks> {
  const services: Service[] = []
  const agent = await startAgent(() => services)
  for (const definition of serviceDefinitions(options.app)) {
    services.push(
      new Service(definition, {
        minimum: options.runners,
        stopTimeoutMs: Math.min(definition.container.stopTimeoutMs, MAX_STOP_MS),
        log: options.log,
        launch: (taskArn, index) => launch(options, agent, definition, taskArn, index),
      }),
    )
  }
  return { services, agent }
}

async function launch(
  options: TasksOptions,
  agent: Agent,
  { container, name }: ServiceDefinition,
  taskArn: string,
  index: number,
) {
  const permissions = await options.permissionsOf(container.roleArn)
  return {
    command: container.command,
    directory: container.directory,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TZ: 'UTC',
      ...options.aws,
      ...withOverrides(container.environment, options.overrides),
      ...(await secretValues(options.secrets, container.secrets)),
      ...agent.environmentOf(taskArn),
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      ...permissions.environment,
    },
    preload: [followParent, ...permissions.preload],
    logFile: path.join(options.logDir, `${name}-${index}.log`),
    verbose: options.verbose,
  }
}

/** Values of a container's secrets; a reference may name one key of a JSON secret after the ARN. */
async function secretValues(client: JsonClient, references: Record<string, string>): Promise<Record<string, string>> {
  const entries = Object.entries(references).map(async ([name, reference]) => {
    const parts = reference.split(':')
    const { SecretString } = await client.call<{ SecretString: string }>('GetSecretValue', {
      SecretId: parts.slice(0, 7).join(':'),
    })
    const key = parts[7]
    if (!key) return [name, SecretString]
    return [name, String((JSON.parse(SecretString) as Record<string, unknown>)[key])]
  })
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>
}
