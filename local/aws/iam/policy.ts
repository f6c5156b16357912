import { readFileSync } from 'node:fs'
import type { Statement } from './statements.ts'

/** Names the file with the policy of the process or thread. */
export const POLICY_FILE_VARIABLE = 'SWITCHBOARD_LOCAL_POLICY_FILE'

/** What the permission check of one role works with. */
export type PolicyFile = {
  /** ARN the error messages name. */
  principal: string
  region: string
  accountId: string
  /** `host:port` of the local endpoints whose requests are checked. */
  hosts: string[]
  statements: Statement[]
  /** API of the WebSocket connections; the local path holds only its stage. */
  socketApiId: string
  /** Secret ARNs by name. */
  secrets: Record<string, string>
  /** Key ids by alias. */
  keyAliases: Record<string, string>
  /** Partition key of each table, and of its indexes as `table/index`; used only where a policy limits leading keys. */
  partitionKeys: Record<string, string>
}

/**
 * Reads the file. It was parsed when it was written, and this runs before every function: loading a schema library here
 * would add 60 ms to each cold start. A missing file is an error, since a role without a policy may do nothing.
 */
export function readPolicyFile(file: string): PolicyFile {
  return JSON.parse(readFileSync(file, 'utf8')) as PolicyFile
}
