import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './table.module.css'

/** One column: its heading, and what it shows of a row. Numbers stand at the `end`. */
export type Column<Row> = {
  id: string
  heading: ReactNode
  cell: (row: Row) => ReactNode
  at?: 'start' | 'end'
  /** CSS width, for example `12rem`. */
  width?: string
}

/** What cannot be told from its place on a phone has its heading beside it; a drawing or nothing has none. */
const wordsOf = (heading: ReactNode): string | undefined => (typeof heading === 'string' ? heading : undefined)

/**
 * Rows in columns, with a heading that stays; on a phone each row is a card. The roles are said since tables that are laid out
 * otherwise lose them. `label` names the table; a long one is made of pages or a
 * `VirtualList`.
 */
export const Table = <Row,>({
  label,
  columns,
  rows,
  keyOf,
}: {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
}) => (
  // It can be scrolled sideways, so it can be reached by keyboard.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable
  <section className={styles.frame} aria-label={label} tabIndex={0}>
    {/* biome-ignore-start lint/a11y/noRedundantRoles: see above */}
    <table role="table" className={styles.table}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ id, heading, at, width }) => (
            <th
              key={id}
              role="columnheader"
              scope="col"
              className={classes(at === 'end' && styles.end)}
              style={{ width }}
            >
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ id, cell, at, heading }, place) => (
              <td
                key={id}
                role="cell"
                data-label={place > 0 ? wordsOf(heading) : undefined}
                className={classes(at === 'end' && styles.end, id === 'actions' && styles.actions)}
              >
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
  </section>
)
