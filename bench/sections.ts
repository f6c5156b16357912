import { media, receive } from './sections/arrivals.ts'
import { dashboard } from './sections/dashboard.ts'
import { faults, functions, memory } from './sections/endurance.ts'
import { history } from './sections/history.ts'
import type { Section } from './sections/section.ts'
import { calls, groups, latency, throughput } from './sections/sends.ts'

/** Every part of the benchmark, in the order of a whole run. */
export const SECTIONS = {
  latency,
  throughput,
  calls,
  receive,
  dashboard,
  history,
  groups,
  media,
  memory,
  faults,
  functions,
} satisfies Record<string, Section>

/** Part of the benchmark that can be run on its own. */
export type SectionName = keyof typeof SECTIONS
