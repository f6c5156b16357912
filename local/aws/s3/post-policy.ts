import { z } from 'zod'
import { type AccessKey, checkPolicySignature, type Refusal } from './signature.ts'

/** What the check of a browser upload needs of its form. */
export type UploadForm = { bucket: string; fields: Map<string, string>; fileName: string; fileSize: number }

const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
})

/** Fields a policy need not mention. */
const EXEMPT = new Set(['x-amz-signature', 'policy', 'file'])

/** Checks the policy of a presigned POST as S3 does; undefined when the upload may pass. */
export function checkPostPolicy(form: UploadForm, key: AccessKey, now: number): Refusal | undefined {
  const encoded = form.fields.get('policy')
  if (!encoded) return { status: 403, code: 'AccessDenied', message: 'Access Denied' }
  const refusal = checkPolicySignature(form.fields, encoded, key)
  if (refusal) return refusal
  const parsed = policySchema.safeParse(decodePolicy(encoded))
  if (!parsed.success) {
    return { status: 400, code: 'InvalidPolicyDocument', message: 'The content of the form does not match the policy.' }
  }
  if (now >= Date.parse(parsed.data.expiration)) return denied('Policy expired.')
  const mentioned = new Set<string>()
  for (const condition of parsed.data.conditions) {
    const failure = checkCondition(condition, form, mentioned)
    if (failure) return failure
  }
  const extra = [...form.fields.keys()].filter(
    (name) => !EXEMPT.has(name) && !name.startsWith('x-ignore-') && !mentioned.has(name),
  )
  return extra.length > 0 ? denied(`Extra input fields: ${extra.join(', ')}`) : undefined
}

type Condition = z.infer<typeof policySchema>['conditions'][number]

function checkCondition(condition: Condition, form: UploadForm, mentioned: Set<string>): Refusal | undefined {
  if (Array.isArray(condition) && condition[0] === 'content-length-range') {
    const [, least, most] = condition
    if (form.fileSize > most) return sizeRefusal('EntityTooLarge', 'exceeds the maximum allowed size')
    if (form.fileSize < least) return sizeRefusal('EntityTooSmall', 'is smaller than the minimum allowed size')
    return undefined
  }
  const tests: ['eq' | 'starts-with', string, string][] = Array.isArray(condition)
    ? [[condition[0] as 'eq' | 'starts-with', condition[1].slice(1), condition[2] as string]]
    : Object.entries(condition).map(([name, value]) => ['eq', name, value])
  for (const [operator, rawName, wanted] of tests) {
    const name = rawName.toLowerCase()
    mentioned.add(name)
    const value = fieldValue(form, name)
    const holds = operator === 'eq' ? value === wanted : value.startsWith(wanted)
    if (!holds) return denied(`Policy Condition failed: ["${operator}", "$${rawName}", "${wanted}"]`)
  }
  return undefined
}

function fieldValue(form: UploadForm, name: string): string {
  if (name === 'bucket') return form.bucket
  const value = form.fields.get(name) ?? ''
  return name === 'key' ? value.replaceAll(`\${filename}`, form.fileName) : value
}

function decodePolicy(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
  } catch {
    // Not JSON: the schema refuses undefined with the same answer as a wrong shape.
    return undefined
  }
}

const denied = (reason: string): Refusal => ({
  status: 403,
  code: 'AccessDenied',
  message: `Invalid according to Policy: ${reason}`,
})

const sizeRefusal = (code: string, what: string): Refusal => ({
  status: 400,
  code,
  message: `Your proposed upload ${what}`,
})
