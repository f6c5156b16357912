import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { type Credentials, parseCredentials } from './credentials.ts'

/** Tag and value that mark the function which makes the first tenant. */
const SET_UP = ['switchboard:job', 'set-up'] as const

/** Runs the set-up function; it may run at every start and answers each credential only when it makes it. */
export async function runSetUp(functions: ReadonlyMap<string, LambdaFunction>): Promise<Credentials> {
  const [tag, value] = SET_UP
  const fn = [...functions.values()].find(({ definition }) => definition.tags[tag] === value)
  if (fn === undefined) throw new Error(`no function carries the tag ${tag} = ${value}`)
  return parseCredentials(await fn.invoke('{}'))
}
