import { random } from './crypto.ts'

/** A message id as clients make them: 3EB0 and eighteen hex digits. */
export function newMessageId(): string {
  return `3EB0${random(9).toString('hex').toUpperCase()}`
}
