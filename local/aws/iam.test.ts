import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import {
  BatchExecuteStatementCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { undiciHttpHandler } from '#kit/aws-http.ts'
import { storeClients } from './clients.ts'
import { guardRequests } from './iam/guard-requests.ts'
import { POLICY_FILE_VARIABLE, type PolicyFile, readPolicyFile } from './iam/policy.ts'
import { writePolicyFile } from './iam/policy-file.ts'
import { type Statement, statementSchema, statementsOfRole } from './iam/statements.ts'
import { compilePolicy } from './iam.ts'
import { createTestContext, type TestContext } from './test-context.ts'

const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object): Statement =>
  statementSchema.parse({ Effect: 'Allow', Action, Resource, Condition })
const deny = (Action: string, Resource: string): Statement =>
  statementSchema.parse({ Effect: 'Deny', Action, Resource })

describe('a decision', () => {
  test('needs an allow, and a deny wins', () => {
    const policy = compilePolicy([allow('s3:Get*', 'arn:aws:s3:::b/*'), deny('s3:*', 'arn:aws:s3:::b/secret?')])
    const decide = (action: string, key: string) => policy.decide({ action, resource: `arn:aws:s3:::b/${key}` })
    expect(decide('s3:GetObject', 'a/b')).toBe('allowed')
    expect(decide('s3:PutObject', 'a')).toBe('implicit')
    expect(decide('s3:GetObject', 'secret1')).toBe('explicit')
    expect(policy.decide({ action: 'S3:getobject', resource: 'arn:aws:s3:::b/A' })).toBe('allowed')
  })

  test('follows conditions it can evaluate and refuses to start on others', () => {
    const tenants = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TENANT#1#*'] } }
    const policy = compilePolicy([allow('dynamodb:*', '*', tenants)])
    const decide = (...keys: string[]) =>
      policy.decide({ action: 'dynamodb:GetItem', resource: 't', context: { 'dynamodb:leadingkeys': keys } })
    expect([decide('TENANT#1#a'), decide('TENANT#1#a', 'TENANT#2#a')]).toEqual(['allowed', 'implicit'])
    const unknownOperator = { DateLessThan: { 'aws:PrincipalArn': 'x' } }
    expect(() => compilePolicy([allow('s3:*', '*', unknownOperator)])).toThrow('DateLessThan')
    const unknownKey = { StringEquals: { 'aws:SourceIp': 'x' } }
    expect(() => compilePolicy([allow('s3:*', '*', unknownKey)])).toThrow('aws:sourceip')
  })
})

test('the statements of a role come from itself and from what is attached to it', () => {
  const document = (Action: string) => ({ Statement: { Effect: 'Allow', Action, Resource: '*' } })
  const arn = 'arn:aws:iam::000000000000:role/r'
  const logs = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
  const resource = (type: string, name: string, properties: object) => ({
    type: `AWS::IAM::${type}`,
    name,
    arn: name === 'r' ? arn : `arn:${name}`,
    properties: properties as Record<string, unknown>,
  })
  const role = { Policies: [{ PolicyDocument: document('a:A') }], ManagedPolicyArns: [logs, 'arn:m'] }
  const resources = [
    resource('Role', 'r', role),
    resource('Policy', 'p', { PolicyDocument: document('b:B'), Roles: ['r'] }),
    resource('Policy', 'q', { PolicyDocument: document('c:C'), Roles: ['other'] }),
    resource('ManagedPolicy', 'm', { PolicyDocument: document('d:D') }),
  ]
  expect(statementsOfRole(resources, arn).map(({ Action }) => Action)).toEqual([['a:A'], ['b:B'], ['d:D']])
  expect(() => statementsOfRole(resources.slice(0, 3), arn)).toThrow('arn:m')
})

describe('requests to the local endpoints', () => {
  let context: TestContext
  let base: Omit<PolicyFile, 'statements'>
  const undo: (() => void)[] = []
  const table = () => `arn:aws:dynamodb:us-east-1:000000000000:table/${context.tables.items}`
  const guard = (statements: Statement[], more: Partial<PolicyFile> = {}) =>
    undo.push(guardRequests({ ...base, statements, ...more }))

  beforeAll(async () => {
    context = await createTestContext({
      tables: {
        items: {
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'again',
              KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        },
      },
      queues: { work: {} },
      buckets: { media: {} },
    })
    const dir = mkdtempSync(join(tmpdir(), 'policy-'))
    const file = join(dir, 'policy.json')
    const principal = 'arn:aws:sts::000000000000:assumed-role/r/f'
    writePolicyFile(file, { principal, statements: [] }, { ...context.address, accountId: '000000000000' })
    base = readPolicyFile(file)
    rmSync(dir, { recursive: true })
    return () => context.cleanup()
  })

  afterEach(() => {
    for (const one of undo.splice(0)) one()
  })

  const put = (id = 'a') => new PutItemCommand({ TableName: context.tables.items, Item: { pk: { S: id } } })

  test('are held to the policy as well when a client speaks through undici', async () => {
    guard([allow('dynamodb:PutItem', table())])
    const { endpoints, region, credentials } = context.address
    const client = new DynamoDBClient({
      endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB,
      region,
      credentials,
      requestHandler: undiciHttpHandler() as unknown as DynamoDBClientConfig['requestHandler'],
    })
    await client.send(put('through-undici'))
    const remove = new DeleteItemCommand({ TableName: context.tables.items, Key: { pk: { S: 'through-undici' } } })
    await expect(client.send(remove)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: dynamodb:DeleteItem'),
    })
    await client.send(put('still-works'))
  })

  test('pass when a policy allows them, and are refused in the words of AWS when none does', async () => {
    guard([allow('dynamodb:PutItem', table())])
    // A client made before and one made after the check both go through it.
    const { dynamodb, destroy } = storeClients(context.address)
    await dynamodb.send(put())
    const query = new QueryCommand({
      TableName: context.tables.items,
      IndexName: 'again',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
    })
    await expect(dynamodb.send(query)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::000000000000:assumed-role/r/f is not authorized to perform: dynamodb:Query on resource: ` +
        `${table()}/index/again because no identity-based policy allows the dynamodb:Query action`,
    })
    await dynamodb.send(put())
    destroy()
  })

  test('are looked into: every part of a transaction, batch or statement needs its own right', async () => {
    guard([allow(['dynamodb:PutItem', 'dynamodb:PartiQLUpdate'], table())])
    const { dynamodb } = context
    const TableName = context.tables.items!
    const Put = { TableName, Item: { pk: { S: 'x' } } }
    const Delete = { TableName, Key: { pk: { S: 'y' } } }
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))
    const both = dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete }] }))
    await expect(both).rejects.toThrow('dynamodb:DeleteItem')
    const writes = { [TableName]: [{ PutRequest: { Item: { pk: { S: 'z' } } } }] }
    const batch = dynamodb.send(new BatchWriteItemCommand({ RequestItems: writes }))
    await expect(batch).rejects.toThrow('dynamodb:BatchWriteItem')
    const statement = (Statement: string) =>
      dynamodb.send(new BatchExecuteStatementCommand({ Statements: [{ Statement }] }))
    await statement(`UPDATE "${TableName}" SET a = 1 WHERE pk = 'x'`)
    await expect(statement(`DELETE FROM "${TableName}" WHERE pk = 'x'`)).rejects.toThrow('dynamodb:PartiQLDelete')
    const select = statement(`SELECT * FROM "${TableName}"."again" WHERE pk = 'x'`)
    await expect(select).rejects.toThrow(`${table()}/index/again`)
  })

  test('are held to the keys a policy limits them to', async () => {
    const mine = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } }
    guard([allow('dynamodb:*', table(), mine)], { partitionKeys: { [context.tables.items!]: 'pk' } })
    const { dynamodb } = context
    const TableName = context.tables.items!
    await dynamodb.send(put('mine'))
    await expect(dynamodb.send(put('yours'))).rejects.toThrow('dynamodb:PutItem')
    const update = (Parameters: { S: string }[]) =>
      dynamodb.send(
        new BatchExecuteStatementCommand({
          Statements: [{ Statement: `UPDATE "${TableName}" SET a = ? WHERE pk = ?`, Parameters }],
        }),
      )
    await update([{ S: 'v' }, { S: 'mine' }])
    await expect(update([{ S: 'mine' }, { S: 'yours' }])).rejects.toThrow('dynamodb:PartiQLUpdate')
  })

  test('stream uploads as before, and refuse them without reading them', async () => {
    guard([allow('s3:PutObject', `arn:aws:s3:::${context.buckets.media}/in/*`)])
    const { s3 } = context
    const upload = (Key: string, size = 3 * 1024 * 1024) =>
      s3.send(
        new PutObjectCommand({
          Bucket: context.buckets.media,
          Key,
          Body: Readable.from([Buffer.alloc(size / 2, 1), Buffer.alloc(size / 2, 2)]),
          ContentLength: size,
        }),
      )
    await upload('in/a')
    await expect(upload('out/a')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:PutObject'),
    })
    const get = s3.send(new GetObjectCommand({ Bucket: context.buckets.media, Key: 'in/a' }))
    await expect(get).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('are checked in a thread that was started with the policy file', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'policy-'))
    const file = join(dir, 'policy.json')
    const statements = [allow('dynamodb:ListTables')]
    writePolicyFile(file, { principal: 'me', statements }, { ...context.address, accountId: '000000000000' })
    const endpoint = context.address.endpoints.AWS_ENDPOINT_URL_DYNAMODB
    const authorization =
      'AWS4-HMAC-SHA256 Credential=LOCAL/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
    const code = `
      import { request } from 'node:http'
      import { parentPort } from 'node:worker_threads'
      await import(${JSON.stringify(new URL('./iam-preload.ts', import.meta.url).href)})
      for (const [action, body] of [['ListTables', '{}'], ['Scan', '{"TableName":"${context.tables.items}"}']]) {
        const headers = { 'x-amz-target': 'DynamoDB_20120810.' + action, 'content-type': 'application/x-amz-json-1.0',
          authorization: '${authorization}' }
        const call = request('${endpoint}', { method: 'POST', headers }, (res) => {
          parentPort.postMessage(action + ' ' + res.statusCode)
          res.resume()
        })
        call.end(body)
      }`
    const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
    const worker = new Worker(url, { env: { ...process.env, [POLICY_FILE_VARIABLE]: file } })
    const answers: string[] = []
    worker.on('message', (answer: string) => answers.push(answer))
    await expect.poll(() => answers.toSorted(), { timeout: 10_000 }).toEqual(['ListTables 200', 'Scan 400'])
    await worker.terminate()
    rmSync(dir, { recursive: true })
  })

  test('name queues by their URL and buses by their name', async () => {
    const queue = context.queues.work!
    guard([
      allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:000000000000:${queue.split('/').at(-1)}`),
      allow('events:PutEvents', 'arn:aws:events:us-east-1:000000000000:event-bus/mine'),
    ])
    await context.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'x' }))
    const receive = context.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }))
    await expect(receive).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('sqs:ReceiveMessage'),
    })
    const bridge = new EventBridgeClient({
      ...context.address,
      endpoint: context.address.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE,
    })
    const publish = (EventBusName: string) =>
      bridge.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', EventBusName }] }))
    await expect(publish('mine')).rejects.toThrow('no local counterpart')
    await expect(publish('other')).rejects.toThrow('event-bus/other')
    bridge.destroy()
  })
})
