import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { bundle, type Code } from '#infra/bundle.ts'
import { type Catalogue, loadCatalogue } from '#infra/catalogue.ts'
import { splitDomains } from '#infra/routes.ts'
import { type Resource, resourcesOf, synthesise, type Template } from './fixture.ts'

/** Template guards over the real product: what it is made of now, not a sample of it. */
let catalogue: Catalogue
let code: Code
let templates: Record<string, Template>

beforeAll(async () => {
  catalogue = await loadCatalogue()
  code = await bundle(catalogue)
  templates = synthesise(catalogue, code).templates
}, 180_000)

/** Ours have names; the one that the CDK makes to copy the pages of the dashboard has none. */
const isOurs = ({ resource }: { resource: Resource }): boolean => resource.Properties?.FunctionName !== undefined

test('every function runs Node 24 on ARM64, is traced, and logs to a group that is kept for a limited time', () => {
  const functions = resourcesOf(templates, 'AWS::Lambda::Function').filter(isOurs)
  const { whole, streaming } = splitDomains(catalogue.domains)
  const expected = whole.length + streaming.length + catalogue.subscribers.length + catalogue.jobs.length
  expect(functions).toHaveLength(expected)
  for (const { id, resource } of functions) {
    expect(resource.Properties, id).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
    })
  }
  for (const { id, resource } of resourcesOf(templates, 'AWS::Logs::LogGroup')) {
    expect(resource.Properties?.RetentionInDays, id).toBe(30)
  }
})

test('every queue passes on what it cannot get rid of, or is where such things go', () => {
  const queues = resourcesOf(templates, 'AWS::SQS::Queue')
  for (const { id, resource } of queues) {
    const isDead = /-(dead|unhandled)(\.fifo)?$/.test(String(resource.Properties?.QueueName))
    if (!isDead) expect(resource.Properties?.RedrivePolicy, id).toBeDefined()
    expect(resource.Properties?.MessageRetentionPeriod, id).toBeGreaterThanOrEqual(4 * 24 * 3600)
  }
})

test('the pattern of a rule is short enough for EventBridge', () => {
  for (const { id, resource } of resourcesOf(templates, 'AWS::Events::Rule')) {
    expect(JSON.stringify(resource.Properties?.EventPattern).length, id).toBeLessThanOrEqual(2048)
  }
})

test('what holds data outlives its stack', () => {
  const types = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret']
  for (const type of types) {
    for (const { id, resource } of resourcesOf(templates, type)) {
      expect([resource.DeletionPolicy, resource.UpdateReplacePolicy], id).toEqual(['Retain', 'Retain'])
    }
  }
})

test('the quotas of API Gateway and CloudFormation are far away', () => {
  expect(resourcesOf(templates, 'AWS::ApiGatewayV2::Route').length).toBeLessThan(300)
  for (const [stack, template] of Object.entries(templates)) {
    expect(Object.keys(template.Resources ?? {}).length, stack).toBeLessThan(450)
    expect(Object.keys(template.Outputs ?? {}).length, stack).toBeLessThan(180)
  }
})

test('a path that no route has reaches the system function, which knows the paths of all domains', () => {
  const routes = resourcesOf(templates, 'AWS::ApiGatewayV2::Route').map(({ resource }) => resource.Properties)
  const health = routes.find((route) => route?.RouteKey === 'ANY /health')
  const fallback = routes.filter(
    (route) => isDeepStrictEqual(route?.ApiId, health?.ApiId) && route?.RouteKey === '$default',
  )
  expect(fallback.map((route) => route?.Target)).toEqual([health?.Target])
  const source = readFileSync(path.join(code.directoryOf('api-system'), 'index.mjs'), 'utf8')
  for (const { operations } of catalogue.domains) {
    for (const { value } of operations) expect(source).toContain(value.path)
  }
})

test('no NAT gateway is paid for, and nothing can be reached from outside but by the public host', () => {
  expect(resourcesOf(templates, 'AWS::EC2::NatGateway')).toEqual([])
  expect(resourcesOf(templates, 'AWS::EC2::SecurityGroupIngress')).toEqual([])
  for (const { id, resource } of resourcesOf(templates, 'AWS::EC2::SecurityGroup')) {
    expect(resource.Properties?.SecurityGroupIngress, id).toBeUndefined()
  }
})

test('the bundle of a function is at most 3 MB', () => {
  for (const { name, bytes } of code.bundles) {
    if (name !== 'session-runner') expect(bytes, name).toBeLessThanOrEqual(3 * 1024 * 1024)
  }
})

type PolicyDocument = { Statement: { Action: string | string[] }[] }

test('a session-runner may take commands from every queue, and put its answers to calls into them', () => {
  const statements = resourcesOf(templates, 'AWS::IAM::Policy')
    .filter(({ id }) => id.includes('/TaskTaskRole'))
    .flatMap(({ resource }) => (resource.Properties?.PolicyDocument as PolicyDocument | undefined)?.Statement ?? [])
  const ofQueues = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('sqs:')))
  expect(ofQueues).toHaveLength(1)
  expect([ofQueues[0]?.Action].flat()).toEqual([
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ])
})

test('a session-runner knows how much memory its task has', () => {
  const [task] = resourcesOf(templates, 'AWS::ECS::TaskDefinition')
  expect(task?.resource.Properties).toMatchObject({
    Memory: '4096',
    ContainerDefinitions: [{ Environment: expect.arrayContaining([{ Name: 'TASK_MEMORY_MB', Value: '4096' }]) }],
  })
})
