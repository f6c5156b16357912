import { z } from 'zod'
import { compileAnyPattern, type EventMatcher } from '../events/pattern.ts'

/** Filter criteria of an event source mapping or a pipe. */
export const filterCriteriaSchema = z
  .looseObject({ Filters: z.array(z.looseObject({ Pattern: z.string() })).default([]) })
  .optional()

/** Compiles filter criteria; without filters everything passes. */
export function compileFilter(criteria: z.infer<typeof filterCriteriaSchema>): EventMatcher {
  return compileAnyPattern((criteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as unknown))
}
