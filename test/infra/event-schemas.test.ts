import { expect, test } from 'vitest'
import { EVENTS } from '#domains/events.ts'
import { loadCatalogue } from '#infra/catalogue.ts'
import { eventSamples } from '#test/guards/event-samples.ts'
import { resourcesOf, smallCatalogue, synthesise } from './fixture.ts'

type Schema = {
  type?: string
  $ref?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  additionalProperties?: Schema
  nullable?: boolean
}
type Content = {
  openapi: string
  info: { title: string; version: string }
  components: { schemas: Record<string, Schema & Record<string, unknown>> }
}

const contentOf = (properties: Record<string, unknown> = {}): Content =>
  JSON.parse(String(properties.Content)) as Content

const catalogue = { ...smallCatalogue(), events: (await loadCatalogue()).events }
const schemas = resourcesOf(synthesise(catalogue).templates, 'AWS::EventSchemas::Schema').map(
  ({ resource }) => resource.Properties,
)

/** What of a value a schema does not allow. */
const misfits = (content: Content, schema: Schema, value: unknown, at: string): string[] => {
  if (schema.$ref)
    return misfits(content, content.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, at)
  if (value === null && schema.nullable) return []
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${String(value)}`]
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null) return [`${at} is no object`]
    const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`)
    const inside = Object.entries(value).flatMap(([name, item]) =>
      item === undefined ? [] : misfits(content, schema.properties?.[name] ?? {}, item, `${at}.${name}`),
    )
    return [...missing, ...inside]
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${at} is no array`]
    return value.flatMap((item, n) => misfits(content, schema.items ?? {}, item, `${at}[${n}]`))
  }
  const types: Record<string, string> = { string: 'string', boolean: 'boolean', number: 'number', integer: 'number' }
  const wanted = types[schema.type ?? '']
  return wanted === undefined || typeof value === wanted ? [] : [`${at} is no ${wanted}`]
}

test('every event has a schema in the registry, under the name AWS would give it', () => {
  expect(schemas.map((properties) => properties?.SchemaName).sort()).toEqual(
    [...EVENTS.keys()].map((type) => `switchboard@${type}`).sort(),
  )
  for (const properties of schemas) {
    const { openapi, info, components } = contentOf(properties)
    const { AWSEvent } = components.schemas
    expect(properties?.Type).toBe('OpenApi3')
    expect([openapi, info.title]).toEqual(['3.0.0', properties?.SchemaName])
    expect(AWSEvent?.['x-amazon-events-source']).toBe('switchboard')
    expect(`switchboard@${String(AWSEvent?.['x-amazon-events-detail-type'])}`).toBe(properties?.SchemaName)
    expect(info.version).toBe(String(EVENTS.get(String(AWSEvent?.['x-amazon-events-detail-type']))?.version))
  }
})

test('a schema holds nothing that OpenAPI 3.0 does not know, and rules out no field that may come', () => {
  for (const properties of schemas) {
    const content = String(properties?.Content)
    expect(content).not.toMatch(/"(\$schema|const|propertyNames|prefixItems|\$defs)":/)
    expect(content).not.toMatch(/"type":\[/)
    expect(content).not.toContain('"additionalProperties":false')
  }
})

test('events are as their schemas say', () => {
  const samples = eventSamples()
  expect(samples.length).toBe(EVENTS.size)
  for (const sample of samples) {
    const content = contentOf(schemas.find((one) => one?.SchemaName === `switchboard@${sample.type}`))
    const event = {
      version: '0',
      id: '1',
      'detail-type': sample.type,
      source: 'switchboard',
      account: '1',
      time: sample.at,
      region: 'us-east-1',
      resources: [],
      detail: JSON.parse(JSON.stringify(sample)) as unknown,
    }
    expect(misfits(content, { $ref: '#/components/schemas/AWSEvent' }, event, sample.type)).toEqual([])
  }
})
