import { z } from 'zod'
import { type EventDefinition, eventEnvelope } from './define-event.ts'

/** What the bus says our events come from. */
const SOURCE = 'switchboard'

type Json = { [name: string]: unknown }

/** An OpenAPI 3.0 schema of what a zod schema gives. Fields may come to it without a new version, so none is ruled out. */
const openApiSchema = (schema: z.ZodType): Json =>
  open(z.toJSONSchema(schema, { target: 'openapi-3.0', unrepresentable: 'any' }))

const open = <T>(schema: T): T => {
  if (Array.isArray(schema)) return schema.map(open) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([name, value]) => !(name === 'additionalProperties' && value === false),
  )
  return Object.fromEntries(entries.map(([name, value]) => [name, open(value)])) as T
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })

const text = (format?: string): Json => ({ type: 'string', ...(format && { format }) })

/** Name of an event's schema in a registry, made as AWS makes its own. */
export const eventSchemaName = ({ type }: Pick<EventDefinition, 'type'>): string => `${SOURCE}@${type}`

/**
 * The document of one event for a schema registry: what a rule's target gets, from the bus' frame down to our data. Laid out like
 * AWS' own (OpenAPI 3.0 with a schema `AWSEvent`), which is what consoles and code generators look for.
 */
export const eventSchema = (definition: EventDefinition): Json => {
  const envelope = openApiSchema(eventEnvelope) as { properties: Json }
  return {
    openapi: '3.0.0',
    info: { title: eventSchemaName(definition), version: String(definition.version), description: definition.summary },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: ['detail-type', 'resources', 'detail', 'id', 'source', 'time', 'region', 'version', 'account'],
          'x-amazon-events-detail-type': definition.type,
          'x-amazon-events-source': SOURCE,
          properties: {
            detail: reference('Event'),
            account: text(),
            'detail-type': text(),
            id: text(),
            region: text(),
            resources: { type: 'array', items: text() },
            source: text(),
            time: text('date-time'),
            version: text(),
          },
        },
        Event: { ...envelope, properties: { ...envelope.properties, data: reference('Data') } },
        Data: openApiSchema(definition.data),
      },
    },
  }
}
