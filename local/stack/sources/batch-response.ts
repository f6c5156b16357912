import { z } from 'zod'

const responseSchema = z.looseObject({
  batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string() })).default([]),
})

/**
 * The identifiers a handler reported as failed. An answer that is not a valid report, or names an item that was not in
 * the batch, fails the whole batch, as the Lambda service does: `undefined` stands for that.
 */
export function failedItems(answer: string | undefined, items: ReadonlySet<string>): Set<string> | undefined {
  if (answer === undefined || answer === 'null' || answer === '""') return new Set()
  const parsed = responseSchema.safeParse(JSON.parse(answer))
  if (!parsed.success) return undefined
  const failed = parsed.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  return failed.every((item) => items.has(item)) ? new Set(failed) : undefined
}
