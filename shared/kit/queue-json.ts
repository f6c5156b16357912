/**
 * JSON that any queue takes: what a queue's own alphabet may leave out (halves of surrogate pairs, U+FFFE, U+FFFF; SQS refuses a
 * body with one of them) is written as an escape, which means the same.
 */
export const queueJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
