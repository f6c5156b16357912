import { readFileSync } from 'node:fs'
import { loadCatalogue } from '#infra/catalogue.ts'
import type { Documented } from './documents.ts'

/** Every documented operation. */
export const documentedOperations = (): Documented[] =>
  JSON.parse(readFileSync(new URL('facts.json', import.meta.url), 'utf8')) as Documented[]

/** Implemented and documented operations of one system's group. */
export type Coverage = { system: string; group: string; implemented: number; documented: number }

/** Coverage per system and group, computed from the operation files. */
export const contractCoverage = async (): Promise<Coverage[]> => {
  const { domains } = await loadCatalogue()
  const implemented = new Set(domains.flatMap((domain) => domain.operations.map(({ value }) => value.key)))
  const groups = new Map<string, Coverage>()
  for (const { key, system, group } of documentedOperations()) {
    const row = groups.get(`${system}/${group}`) ?? { system, group, implemented: 0, documented: 0 }
    row.documented += 1
    if (implemented.has(key)) row.implemented += 1
    groups.set(`${system}/${group}`, row)
  }
  return [...groups.values()]
}

const sum = (rows: Coverage[], field: 'implemented' | 'documented'): number =>
  rows.reduce((total, row) => total + row[field], 0)

if (import.meta.main) {
  const rows = await contractCoverage()
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2))
  else {
    for (const system of [...new Set(rows.map((row) => row.system))]) {
      const own = rows.filter((row) => row.system === system)
      console.log(`${system}: ${sum(own, 'implemented')}/${sum(own, 'documented')}`)
      for (const row of own) console.log(`  ${row.group}: ${row.implemented}/${row.documented}`)
    }
    console.log(`all: ${sum(rows, 'implemented')}/${sum(rows, 'documented')}`)
  }
}
