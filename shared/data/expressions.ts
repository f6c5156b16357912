import { OUTBOX_ATTRIBUTE, type OutboxEvent, outboxAttribute } from './outbox.ts'

/** Primary key of an item. */
export type Key = { pk: string; sk: string }

/**
 * A condition on an item: `text` is a DynamoDB condition in which `#name` stands for the attribute `name` and `:name` for
 * `values.name`.
 */
export type Condition = { text: string; values?: Record<string, unknown> }

/** What an update does. `setIfAbsent` keeps a value that is there; `add` counts; `events` are written with the change. */
export type UpdateSpec = {
  set?: Record<string, unknown>
  setIfAbsent?: Record<string, unknown>
  add?: Record<string, number>
  remove?: string[]
  condition?: Condition
  events?: OutboxEvent[]
  returns?: 'new' | 'none'
}

/** The item must be there. */
export const exists: Condition = { text: 'attribute_exists(#pk)' }

/** The item must not be there. */
export const absent: Condition = { text: 'attribute_not_exists(#pk)' }

const namesIn = (text: string): Record<string, string> | undefined => {
  const found = text.match(/#\w+/g)
  return found ? Object.fromEntries(found.map((name) => [name, name.slice(1)])) : undefined
}

const prefixed = (values: Record<string, unknown> | undefined): Record<string, unknown> | undefined =>
  values && Object.keys(values).length > 0
    ? Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]))
    : undefined

/** The request parts of a condition. */
export const conditionParts = (
  condition: Condition | undefined,
): { text?: string; names?: Record<string, string>; values?: Record<string, unknown> } =>
  condition ? { text: condition.text, names: namesIn(condition.text), values: prefixed(condition.values) } : {}

/** The request parts of an update: one expression, its names and its values (undefined values are left out). */
export const updateParts = (
  spec: UpdateSpec,
): { text: string; condition?: string; names: Record<string, string>; values?: Record<string, unknown> } => {
  const outbox = outboxAttribute(spec.events)
  const set = Object.entries({ ...spec.set, ...outbox }).filter(([, value]) => value !== undefined)
  const absentOnly = Object.entries(spec.setIfAbsent ?? {}).filter(([, value]) => value !== undefined)
  const add = Object.entries(spec.add ?? {})
  // An event that an earlier write left on the item must not leave a second time with this one.
  const remove = [...(spec.remove ?? []), ...(OUTBOX_ATTRIBUTE in outbox ? [] : [OUTBOX_ATTRIBUTE])]
  const values: Record<string, unknown> = { ...prefixed(spec.condition?.values) }
  const names: Record<string, string> = { ...namesIn(spec.condition?.text ?? '') }
  const place = (name: string, value?: unknown): string => {
    names[`#${name}`] = name
    if (value !== undefined) values[`:u_${name}`] = value
    return `#${name}`
  }
  const assignments = [
    ...set.map(([name, value]) => `${place(name, value)} = :u_${name}`),
    ...absentOnly.map(([name, value]) => `${place(name, value)} = if_not_exists(#${name}, :u_${name})`),
  ]
  const clauses = [
    assignments.length > 0 ? `SET ${assignments.join(', ')}` : '',
    add.length > 0 ? `ADD ${add.map(([name, value]) => `${place(name, value)} :u_${name}`).join(', ')}` : '',
    remove.length > 0 ? `REMOVE ${remove.map((name) => place(name)).join(', ')}` : '',
  ]
  return {
    text: clauses.filter(Boolean).join(' '),
    condition: spec.condition?.text,
    names,
    values: Object.keys(values).length > 0 ? values : undefined,
  }
}
