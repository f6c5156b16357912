import type { ResolvedApp } from './resolve.ts'

type KeySchema = { AttributeName: string; KeyType: string }[]

/** Name of the partition key's attribute, by the name of the table; empty for a table that declares none. */
export function partitionKeysOf(app: ResolvedApp): Record<string, string> {
  const tables = [...app.ofType('AWS::DynamoDB::Table'), ...app.ofType('AWS::DynamoDB::GlobalTable')]
  return Object.fromEntries(
    tables.map(({ name, properties }) => {
      const keys = (properties.KeySchema ?? []) as KeySchema
      return [name, keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '']
    }),
  )
}
