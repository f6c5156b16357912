import { z } from 'zod'

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())])
const scalar = z.union([z.string(), z.boolean().transform(String), z.number().transform(String)])
const values = z.union([scalar.transform((one) => [one]), z.array(scalar)])

/** One statement of a policy whose references are resolved. */
export const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
})

/** One statement of a policy whose references are resolved. */
export type Statement = z.output<typeof statementSchema>

const documentSchema = z.looseObject({
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
})
const attachmentSchema = z.looseObject({ PolicyDocument: documentSchema, Roles: z.array(z.string()).default([]) })
const roleSchema = z.looseObject({
  Policies: z.array(z.looseObject({ PolicyDocument: documentSchema })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
})

/** Policies of AWS that grant logs, traces and network interfaces only, none of which exist on a laptop. */
const WITHOUT_LOCAL_EFFECT = [
  'service-role/AWSLambdaBasicExecutionRole',
  'service-role/AWSLambdaVPCAccessExecutionRole',
  'service-role/AmazonECSTaskExecutionRolePolicy',
  'AWSXRayDaemonWriteAccess',
]

/** What is needed of a resolved resource to find its policies. */
export type IamResource = { type: string; name: string; arn: string; properties: Record<string, unknown> }

/**
 * Collects all statements of a role: those written into it, those of policies attached to it and managed policies of the
 * same app. Throws for a managed policy it does not know, since guessing would hide a missing permission.
 */
export function statementsOfRole(resources: IamResource[], roleArn: string): Statement[] {
  const role = resources.find((one) => one.type === 'AWS::IAM::Role' && one.arn === roleArn)
  if (!role) throw new Error(`There is no role ${roleArn} in the templates.`)
  const { Policies, ManagedPolicyArns } = roleSchema.parse(role.properties)
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
  const attached = new Set<IamResource>()
  for (const resource of resources) {
    if (resource.type !== 'AWS::IAM::Policy' && resource.type !== 'AWS::IAM::ManagedPolicy') continue
    const { PolicyDocument, Roles } = attachmentSchema.parse(resource.properties)
    const named = Roles.includes(role.name) || Roles.includes(role.arn)
    if (!named && !ManagedPolicyArns.includes(resource.arn)) continue
    attached.add(resource)
    statements.push(...PolicyDocument.Statement)
  }
  const known = new Set([...attached].map((resource) => resource.arn))
  for (const arn of ManagedPolicyArns) {
    const harmless = WITHOUT_LOCAL_EFFECT.some((name) => arn.endsWith(`:aws:policy/${name}`))
    if (!harmless && !known.has(arn))
      throw new Error(`The managed policy ${arn} of role ${role.name} is not known locally.`)
  }
  return statements
}
