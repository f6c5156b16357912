import type { z } from 'zod'
import type { Input, InputSchemas } from '../define-operation.ts'
import { type FieldError, fail } from '../errors.ts'

type Issue = z.core.$ZodIssue

const sayIssue = (issue: Issue): string => {
  const isMissing = ['invalid_type', 'invalid_union', 'invalid_value'].includes(issue.code) && issue.input === undefined
  if (isMissing) return 'is required'
  return (issue.code === 'invalid_union' && sayUnion(issue.errors)) || issue.message
}

/** What a value may be that is none of several: their types and values, or the rule that one of them broke. */
const sayUnion = (branches: Issue[][]): string | undefined => {
  const said = branches.flatMap(([first]) => (first ? [sayIssue(first)] : []))
  const expected = said.map((text) => /^Invalid input: expected (.+?)(, received .*)?$/.exec(text)?.[1])
  const rule = said.find((_, at) => expected[at] === undefined)
  if (rule !== undefined) return rule
  const choices = [...new Set(expected)]
  return choices.length > 0
    ? `must be ${new Intl.ListFormat('en', { type: 'disjunction' }).format(choices as string[])}`
    : undefined
}

/** An issue with its place: a path of fields, or the part of the request itself when that is no object at all. */
const fieldError = (issue: Issue, part: string): FieldError => {
  const path = issue.path.join('.')
  const isWhole = path === '' && issue.code === 'invalid_type' && issue.expected === 'object'
  return isWhole ? { path: part, message: 'must be an object' } : { path, message: sayIssue(issue) }
}

/** How requests are read beside their schemas. `emptyIsAbsent`: a refused field that is null, '' or 0 counts as left out. */
export type Reading = { emptyIsAbsent?: boolean }

/**
 * Parses all parts of a request at once, so that a caller learns of every broken field in one answer. Throws
 * `validation_failed` with the fields' paths.
 */
export const validate = <S extends InputSchemas>(
  schemas: S,
  raw: Record<keyof InputSchemas, unknown>,
  { emptyIsAbsent = false }: Reading = {},
): Input<S> => {
  const details: FieldError[] = []
  const parsed: Record<string, unknown> = {}
  for (const part of ['params', 'query', 'headers', 'body'] as const) {
    const schema = schemas[part]
    if (!schema) continue
    const { data, issues } = read(schema, raw[part], emptyIsAbsent && part === 'body')
    parsed[part] = data
    details.push(...issues.map((issue) => fieldError(issue, part)))
  }
  if (details.length > 0) throw fail('validation_failed', { details })
  return parsed as Input<S>
}

type Reply = { data?: unknown; issues: Issue[] }

const parse = (schema: z.ZodType, value: unknown): Reply => {
  const outcome = schema.safeParse(value, { reportInput: true })
  return outcome.success ? { data: outcome.data, issues: [] } : { issues: outcome.error.issues }
}

/** A field that is needed keeps the words in which its empty text was refused. */
const read = (schema: z.ZodType, value: unknown, emptyIsAbsent: boolean): Reply => {
  const first = parse(schema, value)
  if (first.issues.length === 0 || !emptyIsAbsent) return first
  const whole = structuredClone(value)
  const removed = first.issues.map(({ path }) => removeEmpty(whole, path)).some(Boolean)
  if (!removed) return first
  const second = parse(schema, whole)
  const wordsOf = (issue: Issue) =>
    first.issues.find(({ path, input }) => (input === '' || input === 0) && path.join('.') === issue.path.join('.')) ??
    issue
  return { ...second, issues: second.issues.map(wordsOf) }
}

/** Takes the field of this path away if it is empty; an item of a list stays what it is. */
const removeEmpty = (whole: unknown, path: PropertyKey[]): boolean => {
  const name = path.at(-1)
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Fields | null | undefined)?.[key], whole)
  if (name === undefined || holder === null || typeof holder !== 'object' || Array.isArray(holder)) return false
  const fields = holder as Fields
  if (fields[name] !== '' && fields[name] !== null && fields[name] !== 0) return false
  delete fields[name]
  return true
}

type Fields = Record<PropertyKey, unknown>
