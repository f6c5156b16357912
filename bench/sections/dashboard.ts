import { noBrowser } from '#test/browser/_browser.ts'
import { p50p95 } from '../lib/statistics.ts'
import { measureDashboard } from '../measures/dashboard.ts'
import { row, type Section, within, withStack } from './section.ts'

/** What people in two browsers see of one conversation, and when. Without a browser on the machine there is nothing to measure. */
export const dashboard: Section = async ({ quick }) =>
  noBrowser()
    ? []
    : withStack([], async (stack) => {
        const { arrivedMs, answeredMs } = await measureDashboard(stack, quick ? 20 : 100)
        return [
          row(
            'phone sends → the message stands in two open browsers, p50 / p95',
            '–',
            '–',
            'p95 ≤ 500 ms',
            p50p95(arrivedMs),
            within(arrivedMs, 500, 500),
          ),
          row(
            'one browser answers → it stands in the other, p50 / p95',
            '–',
            '–',
            'p95 ≤ 500 ms',
            p50p95(answeredMs),
            within(answeredMs, 500, 500),
          ),
        ]
      })
