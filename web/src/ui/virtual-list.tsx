import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react'
import styles from './virtual-list.module.css'

/**
 * A long list of which only what is seen is drawn. It fills the height of its container. `onEnd` is called when the last rows come
 * into view (read the next page there). `active` is kept in view, for moving by keyboard.
 */
export const VirtualList = <Row,>({
  label,
  rows,
  keyOf,
  estimate,
  row,
  active,
  onEnd,
}: {
  label: string
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
  /** Usual height of a row in pixels; the true one is measured. */
  estimate: number
  row: (row: Row, index: number) => ReactNode
  active?: number
  onEnd?: () => void
}) => {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => keyOf(rows[index]!),
    overscan: 8,
  })
  const shown = virtualizer.getVirtualItems()
  const last = shown.at(-1)?.index ?? -1
  const tellEnd = useEffectEvent(() => onEnd?.())
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 5) tellEnd()
  }, [last, rows.length])
  const show = useEffectEvent((index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }))
  useEffect(() => {
    if (active !== undefined && active >= 0) show(active)
  }, [active])
  return (
    <div ref={scroller} className={styles.scroller}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows stand where the virtualizer puts them */}
      <div role="list" aria-label={label} className={styles.list} style={{ height: virtualizer.getTotalSize() }}>
        {shown.map(({ key, index, start }) => (
          // biome-ignore lint/a11y/useSemanticElements: see the list
          <div
            key={key}
            role="listitem"
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            data-index={index}
            ref={virtualizer.measureElement}
            className={styles.item}
            style={{ transform: `translateY(${start}px)` }}
          >
            {row(rows[index]!, index)}
          </div>
        ))}
      </div>
    </div>
  )
}
