import { z } from 'zod'
import type { EventDefinition, EventRecord } from './define-event.ts'

/** What the catalogue is rendered from: every event with an example, and the names DIGIGO clients know events by. */
export type EventsDocInput = {
  events: readonly { definition: EventDefinition; example: EventRecord }[]
  digigoNames: Readonly<Record<string, string>>
}

type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  enum?: unknown[]
  items?: Schema
  description?: string
}

const typeOf = (schema: Schema): string => {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' \\| ')
  if (schema.type === 'array') return `array of ${typeOf(schema.items ?? {})}`
  return [schema.type ?? 'any'].flat().join(' \\| ')
}

/** One line per field; fields of objects inside follow theirs with dotted names. */
const fieldLines = (schema: Schema, prefix = ''): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    `| \`${prefix}${name}\` | ${typeOf(field)} | ${schema.required?.includes(name) ? 'yes' : ''} | ${field.description ?? ''} |`,
    ...fieldLines(field, `${prefix}${name}.`),
  ])

const json = (value: unknown): string => ['```json', JSON.stringify(value, null, 2), '```'].join('\n')

const eventSection = (
  { definition, example }: EventsDocInput['events'][number],
  digigoName: string | undefined,
): string => {
  const schema = z.toJSONSchema(definition.data, { io: 'output', unrepresentable: 'any' }) as Schema
  return [
    `### ${definition.type}`,
    '',
    `${definition.summary} Version ${definition.version}.${digigoName ? ` DIGIGO: \`${digigoName}\`.` : ''}`,
    '',
    `Rule: \`${JSON.stringify({ source: ['switchboard'], 'detail-type': [definition.type] })}\``,
    '',
    '| field of `data` | type | always | |',
    '| --- | --- | --- | --- |',
    ...fieldLines(schema),
    '',
    json(example),
  ].join('\n')
}

const rulePattern = (type: string): string =>
  json({ source: ['switchboard'], 'detail-type': [type], detail: { tenantId: ['org_…'], deviceId: ['…'] } })

/** The whole catalogue as Markdown. `intro` comes first: what is promised, and how deliveries look. */
export const renderEventsDoc = ({ events, digigoNames }: EventsDocInput, intro: string): string => {
  const sorted = [...events].sort((a, b) => (a.definition.type < b.definition.type ? -1 : 1))
  const contents = sorted.map(
    ({ definition: { type, summary } }) => `| [${type}](#${type.replaceAll('.', '')}) | ${summary} |`,
  )
  return [
    intro.trim(),
    '',
    '## An EventBridge rule',
    '',
    'The pattern of a rule that hears one event of one device; leave out what does not matter to you.',
    '',
    rulePattern('message.received'),
    '',
    'Every event has a schema, `switchboard@` and its type, in the schema registry `switchboard-<environment>-events`: types for your',
    'code can be generated from it. A new field may come to an event at any time; what is taken away or changed raises its version.',
    '',
    '## All events',
    '',
    '| event | when |',
    '| --- | --- |',
    ...contents,
    '',
    '## Event by event',
    '',
    sorted.map((event) => eventSection(event, digigoNames[event.definition.type])).join('\n\n'),
    '',
  ].join('\n')
}
