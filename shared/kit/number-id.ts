import { z } from 'zod'
import { fail } from './errors.ts'

const NUMBER = /^\d{1,10}$/

/** Query parameter with the number of something of a tenant: `of` says of what. */
export const numberParameter = (of: string) => z.string().regex(NUMBER, `must be the number of ${of}`).transform(Number)

/** The number of something of a tenant, as a number or as text: `of` says of what. */
export const numberId = (of: string) =>
  z.union([z.int().positive(), numberParameter(of)], `must be the number of ${of}`)

/** The number that a path names something by; undefined for what is none. */
export const readNumber = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined)

/** The number that a path names something by. Throws `not_found` for what is none: nothing is called so. */
export const requireNumber = (text: string): number => {
  const number = readNumber(text)
  if (number === undefined) throw fail('not_found')
  return number
}
