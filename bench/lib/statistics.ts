/** The value below which the share `p` (0 to 1) of the samples lies. */
export const percentile = (samples: number[], p: number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

/** p50 / p95 in milliseconds with one decimal. */
export const p50p95 = (samples: number[]): string =>
  `${percentile(samples, 0.5).toFixed(1)} / ${percentile(samples, 0.95).toFixed(1)} ms`

/** One line of the results. `budget` and `peer` are stated, `reference` and `ours` are measured in this run. */
export type Row = {
  what: string
  peer: string
  reference: string
  budget: string
  ours: string
  holds: boolean | undefined
}

/** The rows as a Markdown table. */
export const renderTable = (rows: Row[]): string =>
  [
    '| what | best known peer | bare, this run | budget | ours, this run | holds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      (row) =>
        `| ${row.what} | ${row.peer} | ${row.reference} | ${row.budget} | ${row.ours} | ${row.holds === undefined ? '–' : row.holds ? 'yes' : 'no'} |`,
    ),
  ].join('\n')
