import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import type { Service } from './service.ts'
import type { Task } from './task.ts'

/** Default time of scale-in protection, as the agent's. */
const DEFAULT_PROTECTION_MINUTES = 120

const protectionSchema = z.looseObject({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.coerce.number().positive().optional(),
})

/** The metadata endpoint and agent of all tasks; each task has its own path. */
export type Agent = {
  /** Variables that tell a task where its metadata and its agent are. */
  environmentOf(taskArn: string): Record<string, string>
  close(): Promise<void>
}

/** Starts the endpoint that `ECS_CONTAINER_METADATA_URI_V4` and `ECS_AGENT_URI` point to. */
export async function startAgent(services: () => Iterable<Service>): Promise<Agent> {
  const server = createServer((message, response) => {
    answer(services(), message)
      .then(([status, body]) => send(response, status, body))
      .catch((error: unknown) =>
        send(response, 400, { error: { Code: 'InvalidParameterException', Message: String(error) } }),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    environmentOf: (taskArn) => {
      const id = taskArn.split('/').at(-1)
      return { ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${id}`, ECS_AGENT_URI: `${url}/api/${id}` }
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(services: Iterable<Service>, message: IncomingMessage): Promise<[number, unknown]> {
  const [, kind, id, ...rest] = (message.url ?? '').split('/')
  const found = find(services, id ?? '')
  if (found === undefined) return [404, { message: 'no such task' }]
  const { service, task } = found
  const resource = rest.join('/')
  if (kind === 'v4' && resource === '') return [200, containerMetadata(service, task)]
  if (kind === 'v4' && resource === 'task') return [200, taskMetadata(service, task)]
  if (kind === 'api' && resource === 'task-protection/v1/state') return [200, await protection(task, message)]
  return [404, { message: 'no such resource' }]
}

function find(services: Iterable<Service>, id: string): { service: Service; task: Task } | undefined {
  for (const service of services) {
    const task = service.tasks.find(({ arn }) => arn.endsWith(`/${id}`))
    if (task !== undefined) return { service, task }
  }
  return undefined
}

function containerMetadata({ definition }: Service, task: Task) {
  return {
    DockerId: task.arn.split('/').at(-1),
    Name: definition.container.name,
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    StartedAt: new Date(task.startedAtMs).toISOString(),
    Type: 'NORMAL',
    Labels: {
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': definition.container.family,
    },
  }
}

function taskMetadata(service: Service, task: Task) {
  return {
    Cluster: service.definition.clusterArn,
    ServiceName: service.definition.name,
    TaskARN: task.arn,
    Family: service.definition.container.family,
    Revision: '1',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    LaunchType: 'FARGATE',
    AvailabilityZone: 'local',
    Containers: [containerMetadata(service, task)],
  }
}

async function protection(task: Task, message: IncomingMessage) {
  if (message.method === 'PUT') {
    let text = ''
    for await (const chunk of message) text += String(chunk)
    const { ProtectionEnabled, ExpiresInMinutes } = protectionSchema.parse(JSON.parse(text))
    setProtection(task, ProtectionEnabled, ExpiresInMinutes)
  }
  const { enabled, expiresAtMs } = task.protection
  const ExpirationDate = expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString()
  return { protection: { ProtectionEnabled: enabled, ExpirationDate, TaskArn: task.arn } }
}

/** Sets or clears a task's scale-in protection. */
export function setProtection(task: Task, enabled: boolean, minutes = DEFAULT_PROTECTION_MINUTES): void {
  task.protection = { enabled, expiresAtMs: enabled ? Date.now() + minutes * 60_000 : undefined }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
