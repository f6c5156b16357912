import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { DescribeServicesCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, test } from 'vitest'
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts'

const credentials = { accessKeyId: 'LOCAL', secretAccessKey: 'local' }
const opened: { close(): unknown }[] = []

async function start(options: Partial<EndpointOptions> = {}): Promise<Endpoint> {
  const endpoint = await startEndpoint({ region: 'us-east-1', accountId: '000000000000', ...options })
  opened.push(endpoint)
  return endpoint
}

function client<C extends { destroy(): void }>(make: new (options: object) => C, endpoint: Endpoint, path = ''): C {
  const made = new make({ region: 'us-east-1', credentials, endpoint: endpoint.endpoint + path, maxAttempts: 1 })
  opened.push({ close: () => made.destroy() })
  return made
}

function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'endpoint-'))
  opened.push({ close: () => rmSync(dir, { recursive: true, force: true }) })
  return dir
}

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

describe('KMS', () => {
  test('a data key opens with the same encryption context only', async () => {
    const kms = client(KMSClient, await start())
    const EncryptionContext = { tenant: 't1', purpose: 'tokens' }
    const key = await kms.send(new GenerateDataKeyCommand({ KeyId: 'k', KeySpec: 'AES_256', EncryptionContext }))
    expect(key.Plaintext).toHaveLength(32)
    const reordered = { purpose: 'tokens', tenant: 't1' }
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: key.CiphertextBlob, EncryptionContext: reordered }),
    )
    expect(opened.Plaintext).toEqual(key.Plaintext)
    const other = kms.send(
      new DecryptCommand({ CiphertextBlob: key.CiphertextBlob, EncryptionContext: { tenant: 't2' } }),
    )
    await expect(other).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
  })

  test('what was encrypted opens after a restart, and the master key is private', async () => {
    const dir = temporaryFolder()
    const first = await start({ dir })
    const sealed = await client(KMSClient, first).send(new EncryptCommand({ KeyId: 'k', Plaintext: Buffer.from('x') }))
    await first.close()
    const kms = client(KMSClient, await start({ dir }))
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext!).toString()).toBe('x')
    expect(statSync(join(dir, 'kms-master-key')).mode & 0o777).toBe(0o600)
  })

  test('once keys are known, another one does not exist', async () => {
    const endpoint = await start()
    endpoint.kms.addKey('k1')
    endpoint.kms.addAlias('alias/auth', 'k1')
    const kms = client(KMSClient, endpoint)
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: 'alias/auth', KeySpec: 'AES_256' }))
    expect(made.KeyId).toBe('arn:aws:kms:us-east-1:000000000000:key/k1')
    const unknown = kms.send(new GenerateDataKeyCommand({ KeyId: 'k2', KeySpec: 'AES_256' }))
    await expect(unknown).rejects.toMatchObject({ name: 'NotFoundException' })
  })
})

describe('Secrets Manager', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:jwt-abcdef'
  const properties = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }

  test('a generated secret stays the same after a restart and is found by name and ARN', async () => {
    const dir = temporaryFolder()
    const first = await start({ dir })
    first.secrets.define({ name: 'jwt', arn, properties })
    const before = await client(SecretsManagerClient, first).send(new GetSecretValueCommand({ SecretId: 'jwt' }))
    expect(before.SecretString).toMatch(/^[A-Za-z0-9]{64}$/)
    await first.close()
    const second = await start({ dir })
    second.secrets.define({ name: 'jwt', arn, properties })
    const after = await client(SecretsManagerClient, second).send(new GetSecretValueCommand({ SecretId: arn }))
    expect(after.SecretString).toBe(before.SecretString)
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  test('a new value replaces the current one and the old one stays readable', async () => {
    const endpoint = await start()
    const template = { SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'password' }
    endpoint.secrets.define({ name: 'jwt', arn, properties: { GenerateSecretString: template } })
    const secrets = client(SecretsManagerClient, endpoint)
    const first = await secrets.send(new GetSecretValueCommand({ SecretId: 'jwt' }))
    expect(JSON.parse(first.SecretString!)).toMatchObject({ user: 'u', password: expect.stringMatching(/^.{32}$/s) })
    await secrets.send(new PutSecretValueCommand({ SecretId: 'jwt', SecretString: 'new' }))
    const current = await secrets.send(new GetSecretValueCommand({ SecretId: 'jwt' }))
    const previous = await secrets.send(new GetSecretValueCommand({ SecretId: 'jwt', VersionStage: 'AWSPREVIOUS' }))
    expect([current.SecretString, previous.SecretString]).toEqual(['new', first.SecretString])
  })
})

test('parameters are read one by one, several at once and by path', async () => {
  const endpoint = await start()
  endpoint.parameters.define('/app/url', 'http://x')
  const call = async (action: string, body: object) => {
    const headers = { 'x-amz-target': `AmazonSSM.${action}` }
    return (await fetch(endpoint.endpoint, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  expect(await call('GetParameter', { Name: '/app/url' })).toMatchObject({ Parameter: { Value: 'http://x' } })
  expect(await call('GetParameter', { Name: '/no' })).toMatchObject({ __type: 'ParameterNotFound' })
  const several = await call('GetParameters', { Names: ['/app/url', '/no'] })
  expect(several).toMatchObject({ Parameters: [{ Name: '/app/url' }], InvalidParameters: ['/no'] })
  expect(await call('GetParametersByPath', { Path: '/app' })).toMatchObject({ Parameters: [{ Value: 'http://x' }] })
})

describe('services the host answers', () => {
  test('events and service calls reach the host, also when it is set after the start', async () => {
    const endpoint = await start()
    const seen: unknown[] = []
    endpoint.handlers.eventbridge = {
      PutEvents: (input) => {
        seen.push(input)
        return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }
      },
    }
    endpoint.handlers.ecs = { DescribeServices: () => ({ services: [{ serviceName: 's', runningCount: 2 }] }) }
    const Entries = [{ Source: 'a', DetailType: 'b', Detail: '{}' }]
    const put = await client(EventBridgeClient, endpoint).send(new PutEventsCommand({ Entries }))
    expect(put.Entries).toEqual([{ EventId: '1' }])
    expect(seen).toEqual([{ Entries }])
    const ecs = client(ECSClient, endpoint)
    const described = await ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] }))
    expect(described.services?.[0]?.runningCount).toBe(2)
    await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'ecs:ListTasks has no local counterpart.',
    })
  })

  test('connections are posted to, looked at and closed; a closed one is gone', async () => {
    const open = new Map<string, string[]>([['c=1', []]])
    const endpoint = await start({
      handlers: {
        connections: {
          post: async (id, data, stage) => {
            open.get(id)?.push(`${stage}:${data}`)
            return open.has(id) ? 'sent' : 'gone'
          },
          get: async () => ({ connectedAt: new Date(0), lastActiveAt: new Date(0), sourceIp: '::1', userAgent: 'u' }),
          remove: async (id) => (open.delete(id) ? 'closed' : 'gone'),
        },
      },
    })
    const api = client(ApiGatewayManagementApiClient, endpoint, '/prod')
    const ConnectionId = 'c=1'
    await api.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hi') }))
    expect(open.get('c=1')).toEqual(['prod:hi'])
    const state = await api.send(new GetConnectionCommand({ ConnectionId }))
    expect(state.ConnectedAt).toEqual(new Date(0))
    await api.send(new DeleteConnectionCommand({ ConnectionId }))
    const late = api.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hi') }))
    await expect(late).rejects.toMatchObject({ name: 'GoneException' })
  })

  test('a function is invoked and its error is told apart from a transport error', async () => {
    const endpoint = await start({
      handlers: { lambda: { invoke: async (call) => ({ payload: call.payload, functionError: 'Unhandled' }) } },
    })
    const path = `${endpoint.endpoint}/2015-03-31/functions/f/invocations`
    const response = await fetch(path, { method: 'POST', body: '{"a":1}' })
    expect([response.status, response.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled'])
    expect(await response.json()).toEqual({ a: 1 })
    const later = await fetch(path, { method: 'POST', body: '{}', headers: { 'x-amz-invocation-type': 'Event' } })
    expect(later.status).toBe(202)
  })
})

test('metrics are accepted and counted', async () => {
  const endpoint = await start()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'Action=PutMetricData&Version=2010-08-01'
  expect((await fetch(endpoint.endpoint, { method: 'POST', headers, body })).status).toBe(200)
  expect(endpoint.metricCalls()).toBe(1)
})
