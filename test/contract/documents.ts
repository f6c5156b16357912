import { z } from 'zod'
import type { Operation } from '#kit/define-operation.ts'
import { FormFile } from '#kit/http/form.ts'
import { STYLES } from '#kit/http/styles.ts'

/** One documented operation, as the contract data has it. A shape is a type name, or shapes by field or in a list. */
export type Documented = {
  key: string
  system: string
  group: string
  method: string
  path: string
  query: { name: string; required?: boolean }[]
  body: Record<string, unknown>
  requestExamples: unknown[]
  responses: Record<string, unknown>
}

/** A documented request body. A composed one puts the examples of all fields together, which no client would do. */
export type DocumentedRequest = { body: Record<string, unknown>; composed: boolean }

/** The documented request bodies of an operation. The data keeps some with a name, and some documents show no JSON. */
export const documentedRequests = ({ requestExamples }: Documented): DocumentedRequest[] =>
  requestExamples.flatMap((example) => {
    const isNamed = typeof example === 'object' && example !== null && 'name' in example && 'value' in example
    const body: unknown = isNamed ? example.value : example
    if (typeof body !== 'object' || body === null) return []
    const fields = formFields(body as Record<string, unknown>)
    return [{ body: fields, composed: isNamed && 'composed' in example }]
  })

/** The fields of a multipart form, as the kernel reads them; any other body as it is. Files stand as curl names them: `@path`. */
const formFields = (body: Record<string, unknown>): Record<string, unknown> => {
  const form = body['multipart/form-data'] as Record<string, string> | undefined
  if (!form) return body
  const fields = Object.entries(form).map(([name, text]) => {
    const fileName = /^@.*?([^/]+)$/.exec(text)?.[1]
    return [name, fileName === undefined ? text : new FormFile(fileName, '', Buffer.from('%PDF-1.4\n'))]
  })
  return Object.fromEntries(fields)
}

type JsonSchema = {
  type?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
  required?: string[]
}

/** JSON Schema of what callers send or get, as zod describes it. */
export const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonSchema

const alternatives = (schema: JsonSchema): JsonSchema[] => {
  const nested = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return nested.length > 0 ? [schema, ...nested.flatMap(alternatives)] : [schema]
}

/** Whether any value fits: nothing is said about it. */
const saysNothing = (schema: JsonSchema): boolean => Object.keys(schema).every((key) => key === 'description')

/** Field paths of a documented shape that a schema does not know. */
export const unknownFields = (shape: unknown, schema: JsonSchema, path = ''): string[] => {
  const all = alternatives(schema)
  if (all.some(saysNothing)) return []
  if (Array.isArray(shape)) {
    const items = all.flatMap(({ items }) => (items ? [items] : []))
    return shape.length === 0 || items.length === 0 ? [] : unknownFields(shape[0], { anyOf: items }, `${path}[]`)
  }
  if (typeof shape !== 'object' || shape === null) return []
  return Object.entries(shape).flatMap(([name, inner]) => {
    const found = all.flatMap(({ properties, additionalProperties }) =>
      properties?.[name] ? [properties[name]] : typeof additionalProperties === 'object' ? [additionalProperties] : [],
    )
    const at = path ? `${path}.${name}` : name
    return found.length > 0 ? unknownFields(inner, { anyOf: found }, at) : [at]
  })
}

/** The schema of an operation's success body, with the envelope of its document. */
export const answerSchema = (operation: Operation): JsonSchema =>
  jsonSchemaOf(STYLES[operation.system].schema(operation), 'output')

/** Names of an operation's top-level body fields whose values have a type that an object is not. */
export const typedFields = (schema: z.ZodType | undefined): string[] => {
  if (!schema) return []
  const properties = alternatives(jsonSchemaOf(schema, 'input')).flatMap(({ properties }) =>
    Object.entries(properties ?? {}),
  )
  return properties
    .filter(([, field]) => alternatives(field).every((one) => one.type !== 'object' && !saysNothing(one)))
    .map(([name]) => name)
}

/** Names of the fields that must be there. */
export const requiredFields = (schema: z.ZodType | undefined): string[] =>
  schema ? (jsonSchemaOf(schema, 'input').required ?? []) : []
