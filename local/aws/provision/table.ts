import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { z } from 'zod'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const projectionSchema = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
})

/** The properties of a table or global table that mean something locally. */
const tableSchema = z.object({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projectionSchema }))
    .default([]),
  LocalSecondaryIndexes: z
    .array(z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projectionSchema }))
    .default([]),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: z.union([z.boolean(), z.stringbool()]) })
    .optional(),
})

type Table = z.infer<typeof tableSchema>
type ViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY'

/** What a provisioned table is. */
export type ProvisionedTable = { name: string; arn: string; streamArn: string | undefined }

/**
 * Makes a table, or brings an existing one up to date: indexes are added and removed and a stream is switched on. A
 * changed key schema cannot be applied without losing the items and is an error, as it is on AWS.
 */
export async function provisionTable(
  client: DynamoDBClient,
  name: string,
  properties: Record<string, unknown>,
): Promise<ProvisionedTable> {
  const wanted = tableSchema.parse(properties)
  let table = await describe(client, name)
  if (!table) {
    await client.send(new CreateTableCommand(createInput(name, wanted)))
  } else {
    await update(client, name, wanted, table)
  }
  table = await describe(client, name)
  const ttl = wanted.TimeToLiveSpecification
  if (ttl?.Enabled) await enableTtl(client, name, ttl.AttributeName!)
  return { name, arn: table?.TableArn ?? '', streamArn: table?.LatestStreamArn }
}

function createInput(name: string, wanted: Table) {
  const indexes = <T>(list: T[]) => (list.length > 0 ? list : undefined)
  return {
    TableName: name,
    KeySchema: wanted.KeySchema,
    AttributeDefinitions: wanted.AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST' as const,
    GlobalSecondaryIndexes: indexes(wanted.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: indexes(wanted.LocalSecondaryIndexes),
    StreamSpecification: streamOf(wanted),
  }
}

function streamOf(wanted: Table) {
  const view = wanted.StreamSpecification?.StreamViewType
  return view ? { StreamEnabled: true, StreamViewType: view as ViewType } : undefined
}

async function update(client: DynamoDBClient, name: string, wanted: Table, present: TableDescription) {
  const keyText = (keys: { AttributeName?: string | undefined; KeyType?: string | undefined }[] = []) =>
    keys.map((key) => `${key.AttributeName}:${key.KeyType}`).join()
  if (keyText(present.KeySchema) !== keyText(wanted.KeySchema)) {
    throw new Error(`Table ${name} exists with other keys; delete the state folder to start afresh.`)
  }
  const presentIndexes = new Map((present.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]))
  const wantedIndexes = new Map(wanted.GlobalSecondaryIndexes.map((index) => [index.IndexName, index]))
  for (const [indexName, index] of presentIndexes) {
    const same = keyText(wantedIndexes.get(indexName ?? '')?.KeySchema) === keyText(index.KeySchema)
    if (same) continue
    await change(client, name, [{ Delete: { IndexName: indexName } }])
    presentIndexes.delete(indexName)
  }
  for (const [indexName, index] of wantedIndexes) {
    if (!presentIndexes.has(indexName)) await change(client, name, [{ Create: index }], wanted.AttributeDefinitions)
  }
  const stream = streamOf(wanted)
  if (stream && !present.StreamSpecification?.StreamEnabled) {
    await client.send(new UpdateTableCommand({ TableName: name, StreamSpecification: stream }))
  }
}

type IndexUpdates = ConstructorParameters<typeof UpdateTableCommand>[0]['GlobalSecondaryIndexUpdates']

async function change(
  client: DynamoDBClient,
  name: string,
  updates: IndexUpdates,
  attributes?: Table['AttributeDefinitions'],
) {
  await client.send(
    new UpdateTableCommand({ TableName: name, GlobalSecondaryIndexUpdates: updates, AttributeDefinitions: attributes }),
  )
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    const table = await describe(client, name)
    const settled = (table?.GlobalSecondaryIndexes ?? []).every((index) => index.IndexStatus === 'ACTIVE')
    if (table?.TableStatus === 'ACTIVE' && settled) return
    await delay(50)
  }
  throw new Error(`The indexes of table ${name} did not become active within 30 s.`)
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

/** Switching it on twice is an error for DynamoDB, but what a second start of the stack wants. */
async function enableTtl(client: DynamoDBClient, name: string, attribute: string) {
  try {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
      }),
    )
  } catch (error) {
    if (!(error instanceof Error && /already enabled/i.test(error.message))) throw error
  }
}
