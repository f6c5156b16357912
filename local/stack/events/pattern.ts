import { type LeafTest, leafTest } from './pattern-operators.ts'

/** A parsed event pattern: whether an event (or any JSON value) matches it. */
export type EventMatcher = (event: unknown) => boolean

/**
 * Compiles an event pattern as EventBridge, Pipes and event source mappings read it: objects nest, arrays hold
 * alternatives (plain values or operators), `$or` holds alternative patterns, and a list in the event matches when any
 * of its elements does. Throws an error naming an unknown operator.
 */
export function compilePattern(pattern: unknown): EventMatcher {
  const test = compileNode(pattern)
  return (event) => test([event], true)
}

/** Compiles several patterns of which any may match; no patterns match everything. */
export function compileAnyPattern(patterns: unknown[]): EventMatcher {
  const tests = patterns.map(compilePattern)
  return tests.length === 0 ? () => true : (event) => tests.some((test) => test(event))
}

/** Tests the values found at one place of the event; `present` is false when the place does not exist. */
type NodeTest = (values: unknown[], present: boolean) => boolean

function compileNode(pattern: unknown): NodeTest {
  if (Array.isArray(pattern)) return compileAlternatives(pattern.map(leafTest))
  if (typeof pattern !== 'object' || pattern === null) {
    throw new Error(`an event pattern holds ${JSON.stringify(pattern)} where a list or an object belongs`)
  }
  const entries = Object.entries(pattern)
  const fields = entries.filter(([key]) => key !== '$or').map(([key, child]) => ({ key, test: compileNode(child) }))
  const choices = entries.filter(([key]) => key === '$or').flatMap(([, list]) => (list as unknown[]).map(compileNode))
  return (values) => {
    const found = values.flat()
    return (
      fields.every(({ key, test }) => testField(found, key, test)) &&
      (choices.length === 0 || choices.some((test) => test(values, true)))
    )
  }
}

function testField(parents: unknown[], key: string, test: NodeTest): boolean {
  const values = parents.filter((parent) => hasKey(parent, key)).map((parent) => parent[key])
  return test(values, values.length > 0)
}

function hasKey(value: unknown, key: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function compileAlternatives(tests: LeafTest[]): NodeTest {
  return (values, present) => {
    const leaves = values.flat()
    return tests.some((test) => test(leaves, present))
  }
}
