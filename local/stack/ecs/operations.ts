import { z } from 'zod'
import { AwsError } from '#local/aws/services/aws-error.ts'
import { setProtection } from './agent.ts'
import type { Service } from './service.ts'
import type { Task } from './task.ts'

/** Operations of the ECS API on the services of the stack, by their name. */
export type EcsOperations = Record<string, (input: unknown) => Promise<Record<string, unknown>>>

const clustered = { cluster: z.string().default('default') }
const tasksInput = z.looseObject({ ...clustered, tasks: z.array(z.string()) })

/** The operations code may call: look at services and tasks, scale, stop, protect. */
export function ecsOperations(services: () => readonly Service[]): EcsOperations {
  const serviceOf = (reference: string): Service => {
    const found = services().find(({ definition }) => [definition.name, definition.arn].includes(reference))
    if (found === undefined) throw new AwsError('ServiceNotFoundException', `Service not found: ${reference}`)
    return found
  }
  const tasksOf = (references: string[]) =>
    services().flatMap((service) =>
      service.tasks
        .filter(({ arn }) => references.some((id) => arn === id || arn.endsWith(`/${id}`)))
        .map((task) => ({ service, task })),
    )
  return {
    DescribeServices: async (raw) => {
      const input = z.looseObject({ ...clustered, services: z.array(z.string()) }).parse(raw)
      const known = input.services.filter((name) =>
        services().some(({ definition }) => [definition.name, definition.arn].includes(name)),
      )
      const failures = input.services.filter((name) => !known.includes(name)).map((arn) => ({ arn, reason: 'MISSING' }))
      return { services: known.map((name) => describeService(serviceOf(name))), failures }
    },
    UpdateService: async (raw) => {
      const input = z
        .looseObject({ ...clustered, service: z.string(), desiredCount: z.number().int().min(0).optional() })
        .parse(raw)
      const service = serviceOf(input.service)
      if (input.desiredCount !== undefined) await service.scale(input.desiredCount)
      return { service: describeService(service) }
    },
    ListTasks: async (raw) => {
      const input = z.looseObject({ ...clustered, serviceName: z.string().optional() }).parse(raw)
      const chosen = input.serviceName === undefined ? services() : [serviceOf(input.serviceName)]
      return { taskArns: chosen.flatMap(({ tasks }) => tasks.map(({ arn }) => arn)) }
    },
    DescribeTasks: async (raw) => {
      const input = tasksInput.parse(raw)
      const found = tasksOf(input.tasks)
      const failures = input.tasks
        .filter((id) => !found.some(({ task }) => task.arn === id || task.arn.endsWith(`/${id}`)))
        .map((arn) => ({ arn, reason: 'MISSING' }))
      return { tasks: found.map(({ service, task }) => describeTask(service, task)), failures }
    },
    StopTask: async (raw) => {
      const input = z.looseObject({ ...clustered, task: z.string() }).parse(raw)
      const found = tasksOf([input.task])[0]
      if (found === undefined) throw new AwsError('InvalidParameterException', 'The referenced task was not found.')
      void found.service.stopTask(found.task)
      return { task: describeTask(found.service, found.task) }
    },
    UpdateTaskProtection: async (raw) => {
      const input = tasksInput
        .extend({ protectionEnabled: z.boolean(), expiresInMinutes: z.number().optional() })
        .parse(raw)
      const found = tasksOf(input.tasks)
      for (const { task } of found) setProtection(task, input.protectionEnabled, input.expiresInMinutes)
      return { protectedTasks: found.map(({ task }) => describeProtection(task)), failures: [] }
    },
    GetTaskProtection: async (raw) => ({
      protectedTasks: tasksOf(tasksInput.parse(raw).tasks).map(({ task }) => describeProtection(task)),
      failures: [],
    }),
  }
}

function describeService(service: Service) {
  const { name, arn, clusterArn, container } = service.definition
  return {
    serviceName: name,
    serviceArn: arn,
    clusterArn,
    status: 'ACTIVE',
    desiredCount: service.desiredCount,
    runningCount: service.tasks.filter(({ status }) => status === 'RUNNING').length,
    pendingCount: 0,
    launchType: 'FARGATE',
    taskDefinition: container.taskDefinitionArn,
    deployments: [],
    events: [],
  }
}

function describeTask(service: Service, task: Task) {
  const { clusterArn, container, name } = service.definition
  return {
    taskArn: task.arn,
    clusterArn,
    taskDefinitionArn: container.taskDefinitionArn,
    group: `service:${name}`,
    lastStatus: task.status,
    desiredStatus: task.status === 'RUNNING' ? 'RUNNING' : 'STOPPED',
    startedAt: task.startedAtMs / 1000,
    launchType: 'FARGATE',
    containers: [{ name: container.name, lastStatus: task.status, taskArn: task.arn }],
  }
}

function describeProtection(task: Task) {
  const { enabled, expiresAtMs } = task.protection
  return {
    taskArn: task.arn,
    protectionEnabled: enabled,
    ...(expiresAtMs !== undefined && { expirationDate: expiresAtMs / 1000 }),
  }
}
