import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Accepts a finding of the AWS Solutions rules on this construct and what is below it, with the reason a reviewer would ask
 * for. Wildcards in policies are accepted in one place, `wildcards.ts`.
 */
export const accept = (construct: IConstruct, rule: string, reason: string): void => {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason })
}
