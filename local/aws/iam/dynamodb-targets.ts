import type { AccessRequest } from '../iam.ts'
import type { PolicyFile } from './policy.ts'

type Body = Record<string, unknown>
type Target = { action: string; table: string; index?: string | undefined; leadingKeys?: string[] }

const TRANSACT_ACTIONS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}

/** What a DynamoDB call would do: one entry for each table, index and action it touches. */
export function dynamodbTargets(action: string, body: Body, policy: PolicyFile): AccessRequest[] {
  const seen = new Set<string>()
  const requests: AccessRequest[] = []
  const limited = Object.keys(policy.partitionKeys).length > 0
  for (const target of targetsOf(action, body, policy)) {
    const key = `${target.action} ${target.table} ${target.index ?? ''}`
    // Many items of one table need one decision, unless their keys count.
    if (!limited && seen.has(key)) continue
    seen.add(key)
    requests.push({
      action: `dynamodb:${target.action}`,
      resource: resourceOf(target, policy),
      ...(target.leadingKeys ? { context: { 'dynamodb:leadingkeys': target.leadingKeys } } : {}),
    })
  }
  return requests
}

function targetsOf(action: string, body: Body, policy: PolicyFile): Target[] {
  switch (action) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return records(body.TransactItems).flatMap((item) =>
        Object.entries(item).map(([kind, operation]) => {
          const inner = operation as Body
          return { action: TRANSACT_ACTIONS[kind] ?? kind, table: text(inner.TableName), ...keysOf(inner, policy) }
        }),
      )
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries((body.RequestItems ?? {}) as Body).map(([table, items]) => ({
        action,
        table,
        ...batchKeys(table, items, policy),
      }))
    case 'ExecuteStatement':
      return [statementTarget(body, policy)]
    case 'BatchExecuteStatement':
      return records(body.Statements).map((statement) => statementTarget(statement, policy))
    case 'ExecuteTransaction':
      return records(body.TransactStatements).map((statement) => statementTarget(statement, policy))
    case 'ListTables':
    case 'ListStreams':
      return [{ action, table: '*' }]
    case 'DescribeStream':
      return [{ action, table: text(body.StreamArn) }]
    case 'GetShardIterator':
      return [{ action, table: text(body.StreamArn) }]
    case 'GetRecords':
      // An iterator names the stream it belongs to in a form only the service can read; getting it was checked.
      return []
    default:
      return [{ action, table: text(body.TableName), index: optionalText(body.IndexName), ...keysOf(body, policy) }]
  }
}

function resourceOf({ table, index }: Target, policy: PolicyFile): string {
  if (table === '*') return '*'
  const base = table.startsWith('arn:') ? table : `arn:aws:dynamodb:${policy.region}:${policy.accountId}:table/${table}`
  return index ? `${base}/index/${index}` : base
}

const PARTIQL = /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i
/** `FROM "table"."index"`, `INTO "table"` or `UPDATE "table"`; quotes may be absent. */
const PARTIQL_TABLE = /\b(?:FROM|INTO|UPDATE)\s+(?:"([^"]+)"|([\w.-]+?))(?:\.(?:"([^"]+)"|([\w-]+)))?(?=\s|$)/i

function statementTarget(body: Body, policy: PolicyFile): Target {
  const statement = text(body.Statement)
  const verb = PARTIQL.exec(statement)?.[1]?.toLowerCase() ?? 'unknown'
  const names = PARTIQL_TABLE.exec(statement)
  const table = names?.[1] ?? names?.[2] ?? ''
  const index = names?.[3] ?? names?.[4]
  const keyName = policy.partitionKeys[index ? `${table}/${index}` : table]
  const action = `PartiQL${verb[0]!.toUpperCase()}${verb.slice(1)}`
  return { action, table, index, ...(keyName ? { leadingKeys: partiqlKeys(statement, body, keyName) } : {}) }
}

/** The value compared with the partition key: a literal, or the parameter at its place. */
function partiqlKeys(statement: string, body: Body, keyName: string): string[] {
  const place = new RegExp(`(?:"${keyName}"|\\b${keyName}\\b|'${keyName}')\\s*[=:]\\s*(?:'([^']*)'|(\\?))`, 'i').exec(
    statement,
  )
  if (!place) return []
  if (place[1] !== undefined) return [place[1]]
  const before =
    statement
      .slice(0, place.index)
      .replace(/'[^']*'/g, '')
      .split('?').length - 1
  return scalarOf((Array.isArray(body.Parameters) ? body.Parameters : [])[before])
}

/** Leading keys of a call on one table, when a policy needs them. */
function keysOf(body: Body, policy: PolicyFile): { leadingKeys?: string[] } {
  const table = text(body.TableName)
  const keyName = policy.partitionKeys[body.IndexName ? `${table}/${text(body.IndexName)}` : table]
  if (!keyName) return {}
  const item = (body.Key ?? body.Item) as Body | undefined
  if (item) return { leadingKeys: scalarOf(item[keyName]) }
  const condition = text(body.KeyConditionExpression)
  const names = (body.ExpressionAttributeNames ?? {}) as Record<string, string>
  const values = (body.ExpressionAttributeValues ?? {}) as Body
  for (const [, name, value] of condition.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    if ((names[name!] ?? name) === keyName) return { leadingKeys: scalarOf(values[value!]) }
  }
  // A scan has no leading key: the context stays empty and a limit on leading keys decides without it.
  return {}
}

function batchKeys(table: string, items: unknown, policy: PolicyFile): { leadingKeys?: string[] } {
  const keyName = policy.partitionKeys[table]
  if (!keyName) return {}
  const keys = Array.isArray(items)
    ? (items as Body[]).map((write) => {
        const put = write.PutRequest as Body | undefined
        const deletion = write.DeleteRequest as Body | undefined
        return (put?.Item ?? deletion?.Key) as Body
      })
    : records((items as Body).Keys)
  return { leadingKeys: keys.flatMap((key) => scalarOf(key?.[keyName])) }
}

function scalarOf(value: unknown): string[] {
  if (!value || typeof value !== 'object') return []
  const { S, N, B } = value as Record<string, unknown>
  return [S, N, B].filter((one) => typeof one === 'string')
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const records = (value: unknown): Body[] => (Array.isArray(value) ? (value as Body[]) : [])
