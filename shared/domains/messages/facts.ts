/** The facts that are there: neither null, nor undefined, nor empty. */
export const withoutGaps = (facts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== ''))
