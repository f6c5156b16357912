import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sandbox-journal-'))
})

afterEach(async () => rm(dir, { recursive: true, force: true }))

describe('the journal', () => {
  test('gives back the latest value of every entry, in the order of their first writing', async () => {
    const first = await openJournal(dir)
    for (const key of ['b', 'a', 'c']) first.mark(key, () => `${key}1`)
    await first.flush()
    first.mark('b', () => 'b2')
    first.mark('c', () => undefined)
    await first.close()
    const second = await openJournal(dir)
    expect([...second.loaded]).toEqual([
      ['b', 'b2'],
      ['a', 'a1'],
    ])
    expect(second.cleanStart).toBe(true)
    await second.close()
  })

  test('an entry that came and went between two writes leaves no trace', async () => {
    const journal = await openJournal(dir)
    let value: string | undefined = 'here'
    journal.mark('brief', () => value)
    value = undefined
    journal.mark('brief', () => value)
    await journal.close()
    const again = await openJournal(dir)
    expect(again.loaded.size).toBe(0)
    await again.close()
  })

  test('half a line at the end costs that line only, and what is written next is kept', async () => {
    const path = join(dir, 'journal.ndjson')
    await writeFile(path, '["kept",1]\n')
    await appendFile(path, '["lost",{"a":')
    const first = await openJournal(dir)
    expect(first.cleanStart).toBe(false)
    expect([...first.loaded.keys()]).toEqual(['kept'])
    first.mark('next', () => 2)
    await first.close()
    const second = await openJournal(dir)
    expect([...second.loaded.keys()]).toEqual(['kept', 'next'])
    await second.close()
  })
})
