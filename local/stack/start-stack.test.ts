// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the substitution syntax of CloudFormation
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type LocalStack, startStack } from './start-stack.ts'

/** A function that keeps the first visitor's name, and shows what a role may not do. */
const code = `
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
const client = new DynamoDBClient({})
const TableName = process.env.TABLE
const Key = { id: { S: 'first' } }
export const setUp = async () => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }))
  if (Item) return {}
  await client.send(new PutItemCommand({ TableName, Item: { ...Key, at: { N: String(Date.now()) } } }))
  return { adminToken: 'made-once', email: 'a@example.org' }
}
export const api = async (event) => {
  try {
    if (event.rawPath === '/write') await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'x' } } }))
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }))
    return { at: Item.at.N, url: process.env.PUBLIC_URL, network: process.env.WHATSAPP_URL }
  } catch (error) {
    return { statusCode: 500, body: error.name }
  }
}`

const runner = `
import { writeFileSync } from 'node:fs'
writeFileSync(process.env.OUT + '/' + process.pid, process.env.TOKEN)
setInterval(() => {}, 1000)`

const ref = (id: string) => ({ Ref: id })
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const role = (id: string, actions: string[]) => ({
  [`${id}Role`]: { Type: 'AWS::IAM::Role', Properties: {} },
  [`${id}Policy`]: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [ref(`${id}Role`)],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: arn('Table') }] },
    },
  },
})
const fn = (id: string, handler: string, tags: unknown[] = []) => ({
  [id]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Key: 'code.zip' },
      Handler: `index.${handler}`,
      Timeout: 10,
      Role: arn(`${id}Role`),
      Tags: tags,
      Environment: {
        Variables: { TABLE: ref('Table'), PUBLIC_URL: { 'Fn::Sub': 'https://${Front.DomainName}' }, WHATSAPP_URL: '' },
      },
    },
  },
})

const template = (out: string) => ({
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'visits',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'token', GenerateSecretString: { PasswordLength: 20 } },
    },
    ...role('SetUp', ['dynamodb:GetItem', 'dynamodb:PutItem']),
    ...fn('SetUp', 'setUp', [{ Key: 'switchboard:job', Value: 'set-up' }]),
    ...role('Reader', ['dynamodb:GetItem']),
    ...fn('Reader', 'api'),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: ref('Api'), IntegrationType: 'AWS_PROXY', IntegrationUri: arn('Reader') },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ApiId: ref('Api'), RouteKey: '$default', Target: { 'Fn::Sub': 'integrations/${Integration}' } },
    },
    Calls: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: arn('Reader'),
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*' },
      },
    },
    Front: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [{ Id: 'api', DomainName: { 'Fn::Sub': '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}' } }],
          DefaultCacheBehavior: { TargetOriginId: 'api' },
        },
      },
    },
    ...role('Task', ['dynamodb:GetItem']),
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        TaskRoleArn: arn('TaskRole'),
        ContainerDefinitions: [
          {
            Name: 'runner',
            Image: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/assets:tag1' },
            Command: ['node', 'main.mjs'],
            Environment: [{ Name: 'OUT', Value: out }],
            Secrets: [{ Name: 'TOKEN', ValueFrom: ref('Secret') }],
          },
        ],
      },
    },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: {} },
    Service: { Type: 'AWS::ECS::Service', Properties: { Cluster: ref('Cluster'), TaskDefinition: ref('Task') } },
  },
})

let directory: string
let dir: string
let cdkOut: string
let stack: LocalStack

/** Writes a synthesised app by hand: manifest, template, assets. */
function writeAssembly(folder: string, content: unknown): void {
  mkdirSync(path.join(folder, 'code'), { recursive: true })
  mkdirSync(path.join(folder, 'image'), { recursive: true })
  const write = (file: string, value: unknown) => writeFileSync(path.join(folder, file), JSON.stringify(value))
  writeFileSync(path.join(folder, 'code/index.mjs'), code)
  writeFileSync(path.join(folder, 'image/main.mjs'), runner)
  write('app.template.json', content)
  write('app.assets.json', {
    files: { c: { source: { path: 'code' }, destinations: { d: { objectKey: 'code.zip' } } } },
    dockerImages: { i: { source: { directory: 'image' }, destinations: { d: { imageTag: 'tag1' } } } },
  })
  write('manifest.json', {
    artifacts: {
      app: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://1/us-east-1',
        properties: { templateFile: 'app.template.json' },
      },
      assets: { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
    },
  })
}

const start = () => startStack({ dir, cdkOut, whatsapp: 'live' })

beforeAll(async () => {
  // Below the repository, so that the functions find the SDK.
  mkdirSync('.build', { recursive: true })
  directory = mkdtempSync(path.resolve('.build/stack-test-'))
  dir = mkdtempSync(path.join(tmpdir(), 'stack-'))
  cdkOut = path.join(directory, 'cdk.out')
  mkdirSync(path.join(directory, 'out'))
  writeAssembly(cdkOut, template(path.join(directory, 'out')))
  stack = await start()
}, 60_000)

afterAll(async () => {
  await stack?.stop()
  rmSync(directory, { recursive: true })
  rmSync(dir, { recursive: true })
}, 30_000)

describe('a stack started from templates', () => {
  it('serves the API at its public address, which functions know', async () => {
    const answer = await fetch(`${stack.url}/x`)
    expect(await answer.json()).toEqual({ at: expect.any(String), url: stack.url, network: '' })
  })

  it('holds a function to what its role may do', async () => {
    const answer = await fetch(`${stack.url}/write`)
    expect([answer.status, await answer.text()]).toEqual([500, 'AccessDeniedException'])
  })

  it('gives the credentials of set-up, in a file for their owner only', () => {
    expect(stack).toMatchObject({ adminToken: 'made-once', email: 'a@example.org', apiKey: '' })
    const file = path.join(dir, 'local.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url: stack.url, adminToken: 'made-once' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('runs tasks with their secrets, and replaces one that is killed', async () => {
    const [first] = stack.tasks()
    const seen = () => readFileSync(path.join(directory, 'out', String(first!.pid)), 'utf8')
    await vi.waitFor(() => expect(seen()).toMatch(/^.{20}$/), 5000)
    await stack.kill.runner(0)
    await vi.waitFor(() => expect(stack.tasks()).toHaveLength(1), 5000)
    expect(stack.tasks()[0]!.pid).not.toBe(first!.pid)
  })

  it('does not share its data folder', async () => {
    await expect(start()).rejects.toThrow('another stack')
  })

  it('keeps its state and its credentials over a restart', async () => {
    const before = (await (await fetch(`${stack.url}/x`)).json()) as { at: string }
    await stack.stop()
    stack = await start()
    expect(stack.adminToken).toBe('made-once')
    expect(await (await fetch(`${stack.url}/x`)).json()).toMatchObject({ at: before.at })
  }, 60_000)

  it('does not start with a resource nothing stands in for', async () => {
    const folder = path.join(directory, 'other')
    writeAssembly(folder, { Resources: { Db: { Type: 'AWS::RDS::DBInstance' } } })
    await expect(startStack({ cdkOut: folder, whatsapp: 'live' })).rejects.toThrow(
      'no local counterpart for AWS::RDS::DBInstance',
    )
  }, 30_000)
})
