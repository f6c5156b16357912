import { z } from 'zod'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'

const containerSchema = z.looseObject({
  Name: z.string(),
  Image: z.string(),
  EntryPoint: z.array(z.string()).default([]),
  Command: z.array(z.string()).default([]),
  Environment: z.array(z.object({ Name: z.string(), Value: z.coerce.string() })).default([]),
  Secrets: z.array(z.object({ Name: z.string(), ValueFrom: z.string() })).default([]),
  StopTimeout: z.coerce.number().default(30),
})

const taskDefinitionSchema = z.looseObject({
  Family: z.string().optional(),
  TaskRoleArn: z.string().default(''),
  ContainerDefinitions: z.array(containerSchema).min(1),
})

const serviceSchema = z.looseObject({
  Cluster: z.string().default('default'),
  TaskDefinition: z.string(),
  DesiredCount: z.coerce.number().default(1),
})

/** What a task of a service runs: one container, as a process in the folder of its image. */
type ContainerDefinition = {
  name: string
  taskDefinitionArn: string
  family: string
  directory: string
  command: string[]
  environment: Record<string, string>
  /** Variable name to the secret it comes from. */
  secrets: Record<string, string>
  roleArn: string
  stopTimeoutMs: number
}

/** A service of the templates. */
export type ServiceDefinition = {
  name: string
  arn: string
  clusterArn: string
  clusterName: string
  desiredCount: number
  container: ContainerDefinition
}

/** The services of an app. Throws when a task's image is not an asset of this app. */
export function serviceDefinitions(app: ResolvedApp): ServiceDefinition[] {
  return app.ofType('AWS::ECS::Service').map((resource) => {
    const { Cluster, TaskDefinition, DesiredCount } = serviceSchema.parse(resource.properties)
    const task = app.find(TaskDefinition, 'AWS::ECS::TaskDefinition')
    if (task === undefined) throw new Error(`service ${resource.logicalId} names no task definition of this app`)
    const cluster = app.find(Cluster, 'AWS::ECS::Cluster')
    return {
      name: resource.name,
      arn: resource.arn,
      clusterArn: cluster?.arn ?? Cluster,
      clusterName: cluster?.name ?? Cluster,
      desiredCount: DesiredCount,
      container: containerOf(app, task),
    }
  })
}

function containerOf(app: ResolvedApp, resource: ResolvedResource): ContainerDefinition {
  const task = taskDefinitionSchema.parse(resource.properties)
  const container = task.ContainerDefinitions[0]!
  const tag = container.Image.split(':').at(-1)!
  const directory = app.assembly.images.get(tag)
  if (directory === undefined)
    throw new Error(`the image of container ${container.Name} is no asset: ${container.Image}`)
  return {
    name: container.Name,
    taskDefinitionArn: resource.arn,
    family: task.Family ?? resource.name,
    directory,
    command: [...container.EntryPoint, ...container.Command],
    environment: Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value])),
    secrets: Object.fromEntries(container.Secrets.map(({ Name, ValueFrom }) => [Name, ValueFrom])),
    roleArn: task.TaskRoleArn,
    stopTimeoutMs: container.StopTimeout * 1000,
  }
}
