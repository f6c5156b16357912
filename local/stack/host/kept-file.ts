import { existsSync, readFileSync } from 'node:fs'
import type { z } from 'zod'

/**
 * What a JSON file of the data folder holds; undefined when there is none. A file that cannot be read, because somebody edited it
 * or the disk was full, throws one line that names it and says what to do.
 */
export function readKept<T extends z.ZodType>(file: string, schema: T, remedy: string): z.output<T> | undefined {
  if (!existsSync(file)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`${file} is damaged: ${remedy}`, { cause: error })
  }
}
