import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type Row, renderTable } from './lib/statistics.ts'
import { SECTIONS, type SectionName } from './sections.ts'

/**
 * `npm run bench`: every line of the budget table with its reference in the same run. `--only a,b` picks sections,
 * `--quick` takes fewer samples, `--devices N` bounds the memory section. The results go to `bench/results.md`.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    devices: { type: 'string', default: '1000' },
  },
})

const wanted = (values.only?.split(',') ?? Object.keys(SECTIONS)) as SectionName[]
const unknown = wanted.filter((name) => !(name in SECTIONS))
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(', ')}. Sections: ${Object.keys(SECTIONS).join(', ')}`)
  process.exit(2)
}

const rows: Row[] = []
for (const name of wanted) {
  const from = performance.now()
  console.error(`${name} …`)
  const found = await SECTIONS[name]({ quick: values.quick ?? false, maxDevices: Number(values.devices) })
  rows.push(...found)
  // Shown at once: a later section may fail after a long run.
  console.error(renderTable(found))
  console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`)
}

const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
const table = renderTable(rows)
console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n\n${table}`)
if (values.only === undefined) {
  const text = `# Results\n\nWritten by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.\n\n${table}\n`
  writeFileSync(new URL('results.md', import.meta.url), text)
}
process.exit(0)
