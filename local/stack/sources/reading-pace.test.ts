import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReadingPace } from './reading-pace.ts'
import { type TableWrites, watchTables } from './table-writes.ts'

/** Writes as a test makes them; `rests` is how long each rest might have taken. */
class FakeWrites implements TableWrites {
  count = 0
  lastMs = Number.NEGATIVE_INFINITY
  works = true
  readonly rests: number[] = []
  #wake: (() => void) | undefined

  next(ms: number, signal: AbortSignal): Promise<void> {
    this.rests.push(ms)
    return new Promise((resolve) => {
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve())
    })
  }

  write(agoMs = 0): void {
    this.count += 1
    this.lastMs = performance.now() - agoMs
    this.#wake?.()
  }

  close(): void {}
}

const never = new AbortController().signal

/** Milliseconds a rest takes. */
const timeOf = async (rest: Promise<void>): Promise<number> => {
  const startedMs = performance.now()
  await rest
  return performance.now() - startedMs
}

describe('the pace of a reader', () => {
  it('is quick after a record, whatever is written', async () => {
    const writes = new FakeWrites()
    const pace = new ReadingPace({ writes, activeMs: 1 })
    pace.reads()
    pace.found()
    await pace.rest(never)
    expect(writes.rests).toEqual([])
  })

  it('waits for the next write when there is nothing to read', async () => {
    const writes = new FakeWrites()
    const pace = new ReadingPace({ writes })
    pace.reads()
    let rested = false
    const rest = pace.rest(never).then(() => {
      rested = true
    })
    await delay(30)
    expect([rested, writes.rests]).toEqual([false, [500]])
    writes.write()
    await rest
  })

  it('does not wait for another write when one came during the read', async () => {
    const writes = new FakeWrites()
    const pace = new ReadingPace({ writes, activeMs: 1 })
    pace.reads()
    writes.write()
    await pace.rest(never)
    expect(writes.rests).toEqual([])
  })

  it('follows a write closely at first: its record is to be read a little later', async () => {
    const writes = new FakeWrites()
    const pace = new ReadingPace({ writes })
    for (const agoMs of [0, 100, 60_000]) {
      writes.write(agoMs)
      pace.reads()
      const rest = pace.rest(never)
      writes.write(agoMs)
      await rest
    }
    const [first, second, third] = writes.rests
    expect(first).toBe(8)
    expect(second).toBeGreaterThanOrEqual(50)
    expect(second).toBeLessThan(100)
    expect(third).toBe(500)
  })

  it('looks regularly where writes are not noticed, or no longer', async () => {
    const writes = new FakeWrites()
    writes.works = false
    for (const pace of [new ReadingPace({ idleMs: 1 }), new ReadingPace({ idleMs: 1, writes })]) {
      pace.reads()
      await pace.rest(never)
    }
    expect(writes.rests).toEqual([])
  })

  it('ends with its reader', async () => {
    const pace = new ReadingPace({ writes: new FakeWrites() })
    expect(await timeOf(pace.rest(AbortSignal.timeout(5)))).toBeLessThan(400)
  })
})

describe.runIf(process.platform === 'linux')('writes to the store', () => {
  let folder: string
  let writes: TableWrites | undefined

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'table-writes-'))
    writes = watchTables(folder)
  })
  afterEach(() => {
    writes?.close()
    rmSync(folder, { recursive: true })
  })

  it('end a rest as soon as a file grows', async () => {
    const rest = timeOf(writes!.next(20_000, never))
    appendFileSync(path.join(folder, 'log'), 'more')
    expect(await rest).toBeLessThan(10_000)
    expect(writes!.count).toBeGreaterThan(0)
  })

  it('are no longer noticed after the end, and nobody waits for one', async () => {
    const rest = writes!.next(20_000, never)
    writes!.close()
    await rest
    expect(writes!.works).toBe(false)
  })

  it('cannot be noticed without a folder to watch', () => {
    expect(watchTables(undefined)).toBeUndefined()
    expect(watchTables(path.join(folder, 'missing'))).toBeUndefined()
  })
})
