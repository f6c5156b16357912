import { writePrivately } from '../credentials.ts'
import type { Emulators } from '../emulators.ts'
import { compilePolicy } from '../iam.ts'
import type { PolicyFile } from './policy.ts'
import type { Statement } from './statements.ts'

export { POLICY_FILE_VARIABLE } from './policy.ts'

type Names = Pick<PolicyFile, 'socketApiId' | 'secrets' | 'keyAliases' | 'partitionKeys'>

/**
 * Writes the file that `iam-preload.ts` reads. Throws when a statement has a condition that cannot be evaluated, so the
 * stack says so at its start and not in the middle of a request.
 */
export function writePolicyFile(
  file: string,
  policy: { principal: string; statements: Statement[] } & Partial<Names>,
  emulators: Pick<Emulators, 'endpoints' | 'region' | 'accountId'>,
) {
  compilePolicy(policy.statements)
  const content: PolicyFile = {
    socketApiId: '*',
    secrets: {},
    keyAliases: {},
    ...policy,
    partitionKeys: limitsLeadingKeys(policy.statements) ? (policy.partitionKeys ?? {}) : {},
    hosts: [...new Set(Object.values(emulators.endpoints).map((endpoint) => new URL(endpoint).host))],
    region: emulators.region,
    accountId: emulators.accountId,
  }
  writePrivately(file, JSON.stringify(content))
}

/** Without such a limit nobody needs the keys of a request, and looking for them costs time in each. */
function limitsLeadingKeys(statements: Statement[]): boolean {
  return statements.some(({ Condition }) =>
    JSON.stringify(Condition ?? {})
      .toLowerCase()
      .includes('dynamodb:leadingkeys'),
  )
}
