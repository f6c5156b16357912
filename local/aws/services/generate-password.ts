import { randomInt } from 'node:crypto'
import { z } from 'zod'

const flag = z.union([z.boolean(), z.stringbool()]).default(false)

/** CloudFormation's `GenerateSecretString`. */
export const generateSecretStringSchema = z.object({
  PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag,
  ExcludeUppercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  IncludeSpace: flag,
  RequireEachIncludedType: z.union([z.boolean(), z.stringbool()]).default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
})

type Options = z.infer<typeof generateSecretStringSchema>

/** Makes a secret as Secrets Manager does: a password, or a JSON template with the password under one key. */
export function generateSecretString(options: Options): string {
  const password = generatePassword(options)
  if (!options.SecretStringTemplate || !options.GenerateStringKey) return password
  return JSON.stringify({ ...JSON.parse(options.SecretStringTemplate), [options.GenerateStringKey]: password })
}

function generatePassword(options: Options): string {
  const kept = (characters: string) => [...characters].filter((char) => !options.ExcludeCharacters.includes(char))
  const types = [
    options.ExcludeLowercase ? [] : kept('abcdefghijklmnopqrstuvwxyz'),
    options.ExcludeUppercase ? [] : kept('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
    options.ExcludeNumbers ? [] : kept('0123456789'),
    options.ExcludePunctuation ? [] : kept('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'),
    options.IncludeSpace ? [' '] : [],
  ].filter((type) => type.length > 0)
  const all = types.flat()
  if (all.length === 0) throw new Error('GenerateSecretString excludes every character.')
  const pick = (list: string[]) => list[randomInt(list.length)]!
  const required = options.RequireEachIncludedType ? types.slice(0, options.PasswordLength).map(pick) : []
  const rest = Array.from({ length: options.PasswordLength - required.length }, () => pick(all))
  return shuffle([...required, ...rest]).join('')
}

function shuffle(list: string[]): string[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    const held = list[last]!
    list[last] = list[other]!
    list[other] = held
  }
  return list
}
