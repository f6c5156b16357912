/**
 * Every wildcard that a policy of this product may hold, and why it cannot be narrower. A policy with any other wildcard
 * fails the tests; `finding` is matched against what the AWS Solutions rule IAM5 reports, and `where` against the path of
 * the policy.
 */
export const ACCEPTED_WILDCARDS: { finding: RegExp; where: RegExp; reason: string }[] = [
  {
    finding: /^Resource::\*$/,
    where: /\/(Api|Stream|Event(?!PipeRole)|Job)\w+Role\/DefaultPolicy/,
    reason: 'X-Ray has no resources: its actions are granted on * only',
  },
  {
    finding: /^Resource::\*$/,
    where: /\/EventPipeRole\/DefaultPolicy/,
    reason: 'the streams of an account can be listed all together only',
  },
  {
    finding: /^Resource::\*$/,
    where: /\/Task\/ExecutionRole\/DefaultPolicy/,
    reason: 'the token for the image registry is one per account',
  },
  {
    finding: /Media\w*Arn\w*\/\*$/,
    where: /\/((Api|Stream|Event|Job)\w+Role|Task\/TaskRole)\/DefaultPolicy/,
    reason: 'objects of the media bucket: their keys are made at run time',
  },
  {
    finding: /\/(POST|DELETE)\/@connections\/\*$/,
    where: /\/(Api|Event|Job)\w+Role\/DefaultPolicy/,
    reason: 'a socket has no ARN before somebody connects',
  },
  {
    finding: /:task\/switchboard-[\w-]+\/\*$/,
    where: /\/Task\/TaskRole\/DefaultPolicy/,
    reason: 'a task has no ARN before it starts, and protects itself only',
  },
  {
    finding: /./,
    where: /\/Custom::CDKBucketDeployment/,
    reason:
      'the CDK writes the policy of the function that copies the pages of the dashboard; it reaches only their bucket',
  },
]
