import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const fileSchema = z.record(z.string(), z.string())

/** Remembers how far each shard of a stream was read, over restarts when it has a file. */
export class Checkpoint {
  readonly #file: string | undefined
  #sequences: Record<string, string> = {}
  #timer: NodeJS.Timeout | undefined

  constructor(file: string | undefined) {
    this.#file = file
    if (file !== undefined && existsSync(file))
      this.#sequences = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  }

  /** Sequence number of the last record of a shard that is settled for good. */
  get(shard: string): string | undefined {
    return this.#sequences[shard]
  }

  /** Remembers a position. The file follows within a fifth of a second: a crash repeats records, it loses none. */
  set(shard: string, sequence: string): void {
    this.#sequences[shard] = sequence
    if (this.#file !== undefined) this.#timer ??= setTimeout(() => this.save(), 200)
  }

  /** Forgets shards that no longer exist. */
  keepOnly(shards: ReadonlySet<string>): void {
    for (const shard of Object.keys(this.#sequences)) if (!shards.has(shard)) delete this.#sequences[shard]
  }

  /** Writes the file now. */
  save(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#file === undefined) return
    mkdirSync(path.dirname(this.#file), { recursive: true })
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#sequences))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
